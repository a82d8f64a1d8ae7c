/** Rows of a dataset. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type Page, request } from "./http.ts";

export type Value = null | string | number | boolean | readonly string[];

export interface DataRecord {
  readonly key: string;
  readonly data: Readonly<Record<string, Value>>;
  readonly created_at: string;
  readonly updated_at: string;
  /** Ids of the segments it is in; only when one record was asked for. */
  readonly segments?: readonly string[];
}

const at = (datasetId: string, key: string) => `/datasets/${datasetId}/records/${encodeURIComponent(key)}`;

export const recordsQuery = (datasetId: string) =>
  infiniteQueryOptions({
    queryKey: ["records", datasetId],
    queryFn: ({ signal, pageParam }) =>
      request<Page<DataRecord>>("GET", `/datasets/${datasetId}/records`, {
        signal,
        query: { cursor: pageParam, limit: 200 },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const getRecord = (datasetId: string, key: string, signal?: AbortSignal) =>
  request<DataRecord>("GET", at(datasetId, key), { signal });

export const recordQuery = (datasetId: string, key: string) =>
  queryOptions({
    queryKey: ["record", datasetId, key],
    queryFn: ({ signal }) => getRecord(datasetId, key, signal),
    retry: false,
  });

export const patchRecord = (datasetId: string, key: string, data: Record<string, Value>) =>
  request<DataRecord>("PATCH", at(datasetId, key), { body: { data } });

export const deleteRecord = (datasetId: string, key: string, keepalive = false) =>
  request<void>("DELETE", at(datasetId, key), { keepalive });
