/** Datasets ("Files" in the page's menu), their fields and their values. */
import { queryOptions } from "@tanstack/react-query";
import { type Page, request } from "./http.ts";
import type { Import } from "./imports.ts";

export type FieldType = "text" | "number" | "boolean" | "date" | "datetime" | "text_array";

export interface DatasetField {
  readonly name: string;
  readonly type: FieldType;
  readonly format: string | null;
  /** Of a computed field. */
  readonly formula?: string | null;
}

/** A field of one dataset holds keys of another. */
export interface RelationDraft {
  /** What the pointing records call the one that they point at. */
  readonly name: string;
  readonly field: string;
  /** The dataset at the other end. */
  readonly dataset_id: string;
  /** What the records pointed at call those that point. */
  readonly reverse_name: string;
}

export interface Relation extends RelationDraft {
  readonly id: string;
  /** `belongs_to`: this dataset's records point. */
  readonly kind: "belongs_to" | "has_many";
  readonly status: "building" | "ready";
  /** 0 to 1. */
  readonly progress: number;
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
  readonly relations: readonly Relation[];
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
    refetchInterval: ({ state }) => (state.data?.relations.some(({ status }) => status === "building") ? 1_000 : false),
  });

export interface NewField {
  readonly name: string;
  readonly type: FieldType;
  readonly format?: string | null;
}

export interface NewDataset {
  readonly name: string;
  readonly key?: string;
  readonly fields?: readonly NewField[];
  readonly relations?: readonly RelationDraft[];
}
export const createDataset = (body: NewDataset) => request<Dataset>("POST", "/datasets", { body });

export interface DatasetPatch {
  readonly name?: string;
  readonly fields?: readonly { name: string; type?: FieldType; format?: string; new_name?: string; formula?: string }[];
  readonly relations?: readonly RelationDraft[];
}
export const patchDataset = (id: string, body: DatasetPatch) => request<Dataset>("PATCH", `/datasets/${id}`, { body });

/** Of the dataset whose records point. */
export const deleteRelation = (datasetId: string, name: string, keepalive = false) =>
  request<void>("DELETE", `/datasets/${datasetId}/relations/${encodeURIComponent(name)}`, { keepalive });

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
