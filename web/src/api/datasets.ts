/** Datasets ("Files" in the page's menu), their fields and their values. */
import { queryOptions } from "@tanstack/react-query";
import { type Page, request } from "./http.ts";
import type { Import } from "./imports.ts";

export type FieldType = "text" | "number" | "boolean" | "date" | "datetime" | "text_array";

export interface DatasetField {
  readonly name: string;
  readonly type: FieldType;
  readonly format: string | null;
}

export interface Person {
  readonly id: string;
  readonly email: string;
}

export interface Dataset {
  readonly id: string;
  readonly name: string;
  readonly key: string | null;
  readonly fields: readonly DatasetField[];
  readonly record_count: number;
  readonly segment_count: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly created_by: Person | null;
  readonly last_import: Import | null;
}

export const datasetsQuery = queryOptions({
  queryKey: ["datasets"],
  queryFn: ({ signal }) => request<Page<Dataset>>("GET", "/datasets", { signal, query: { limit: 1000 } }),
});

export const datasetQuery = (id: string) =>
  queryOptions({
    queryKey: ["dataset", id],
    queryFn: ({ signal }) => request<Dataset>("GET", `/datasets/${id}`, { signal }),
  });

export interface NewField {
  readonly name: string;
  readonly type: FieldType;
  readonly format?: string | null;
}

export const createDataset = (body: { name: string; key?: string; fields?: readonly NewField[] }) =>
  request<Dataset>("POST", "/datasets", { body });

export interface DatasetPatch {
  readonly name?: string;
  readonly fields?: readonly { name: string; type?: FieldType; format?: string; new_name?: string }[];
}
export const patchDataset = (id: string, body: DatasetPatch) => request<Dataset>("PATCH", `/datasets/${id}`, { body });

export const deleteDataset = (id: string, options: { force?: boolean; keepalive?: boolean } = {}) =>
  request<void>("DELETE", `/datasets/${id}`, {
    query: { force: options.force || undefined },
    keepalive: options.keepalive ?? false,
  });

export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/** Values of a field that hold the text, most frequent first. */
export const valuesQuery = (datasetId: string, field: string, text: string) =>
  queryOptions({
    queryKey: ["values", datasetId, field, text],
    queryFn: ({ signal }) =>
      request<{ data: ValueCount[] }>("GET", `/datasets/${datasetId}/values`, {
        signal,
        query: { field, text, limit: 20 },
      }),
    staleTime: 30_000,
  });
