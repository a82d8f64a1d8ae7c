/** Imports of files into a dataset. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Person } from "./datasets.ts";
import { type Page, request } from "./http.ts";

export type ImportMode = "upsert" | "append" | "replace";
export type ImportStatus = "queued" | "running" | "done" | "failed" | "cancelled";

export interface Import {
  readonly id: string;
  readonly dataset_id: string;
  readonly file_name: string;
  readonly bytes: number;
  readonly mode: ImportMode;
  readonly status: ImportStatus;
  readonly phase: string | null;
  /** 0 to 1. */
  readonly progress: number;
  readonly rows_read: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly rejected: number;
  readonly unfit_cells: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
  readonly error: { readonly code: string; readonly detail: string } | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly created_by: Person | null;
}

export const isUnderWay = (status: ImportStatus) => status === "queued" || status === "running";

/** The live stream brings the news; the slow poll is for a stream that is down. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ["import", id],
    queryFn: ({ signal }) => request<Import>("GET", `/imports/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data.status) ? 2_000 : false),
  });

export const importsQuery = (datasetId: string) =>
  infiniteQueryOptions({
    queryKey: ["imports", datasetId],
    queryFn: ({ signal, pageParam }) =>
      request<Page<Import>>("GET", `/datasets/${datasetId}/imports`, { signal, query: { cursor: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export interface ImportOrder {
  readonly upload_id: string;
  readonly mode?: ImportMode;
  readonly confirm_removal?: boolean;
}
export const startImport = (datasetId: string, body: ImportOrder) =>
  request<Import>("POST", `/datasets/${datasetId}/imports`, { body });

export const cancelImport = (id: string) => request<Import>("POST", `/imports/${id}/cancel`);

/** A CSV: line, reason, the row. */
export const rejectsAddress = (id: string) => `/api/v1/imports/${id}/rejects`;
