/** Segments: their queries, counts and members. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Person } from "./datasets.ts";
import { type Page, request } from "./http.ts";
import type { Value } from "./records.ts";

/** A rule the page can edit; others pass through it untouched. */
export interface FieldRule {
  readonly field: string;
  readonly operator: string;
  readonly value?: unknown;
  readonly match_case?: boolean;
}

export interface QueryGroup {
  readonly combinator: "and" | "or";
  readonly not?: true;
  readonly rules: readonly unknown[];
}

export interface Segment {
  readonly id: string;
  readonly dataset_id: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly owner_id: string | null;
  readonly query: QueryGroup;
  readonly words: string;
  readonly version: number;
  readonly status: "computing" | "live" | "failed" | "cancelled";
  /** 0 to 1. */
  readonly progress: number;
  readonly error: string | { readonly detail: string } | null;
  readonly member_count: number;
  readonly computed_at: string | null;
  readonly last_synced_at: string | null;
  readonly api_exposed: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly created_by: Person | null;
}

export interface SegmentFilter {
  readonly dataset_id?: string;
  readonly search?: string;
  readonly tag?: string;
  readonly sort?: string;
}

export const segmentsQuery = (filter: SegmentFilter = {}) =>
  infiniteQueryOptions({
    queryKey: ["segments", filter],
    queryFn: ({ signal, pageParam }) =>
      request<Page<Segment>>("GET", "/segments", { signal, query: { ...filter, limit: 200, cursor: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

export const segmentQuery = (id: string) =>
  queryOptions({
    queryKey: ["segment", id],
    queryFn: ({ signal }) => request<Segment>("GET", `/segments/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.status === "computing" ? 2_000 : false),
  });

export interface SegmentDraft {
  readonly dataset_id: string;
  readonly name: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly owner_id?: string | null;
  readonly query: QueryGroup;
}
export const createSegment = (body: SegmentDraft) => request<Segment>("POST", "/segments", { body });

/** Whether partners' programs see it. */
export const exposeSegment = (id: string, api_exposed: boolean) =>
  request<Segment>("PATCH", `/segments/${id}`, { body: { api_exposed } });

export const patchSegment = (id: string, version: number, body: Partial<Omit<SegmentDraft, "dataset_id">>) =>
  request<Segment>("PATCH", `/segments/${id}`, { body, headers: { "if-match": `"${version}"` } });

export const deleteSegment = (id: string, keepalive = false) =>
  request<void>("DELETE", `/segments/${id}`, { keepalive });

export interface Preview {
  readonly count: number;
  readonly total: number;
  readonly took_ms: number;
  readonly computed_at: string;
  readonly words: string;
  readonly sample: readonly { readonly key: string; readonly data: Readonly<Record<string, Value>> }[];
}
export const preview = (body: { dataset_id: string; query: QueryGroup; sample?: number }, signal?: AbortSignal) =>
  request<Preview>("POST", "/segments/preview", { body, signal });

export interface SegmentMember {
  readonly key: string;
  readonly fields: Readonly<Record<string, Value>>;
  readonly entered_at: string | null;
}

export const segmentMembersQuery = (id: string, fields: readonly string[]) =>
  infiniteQueryOptions({
    queryKey: ["members", id, fields],
    queryFn: ({ signal, pageParam }) =>
      request<Page<SegmentMember>>("GET", `/segments/${id}/members`, {
        signal,
        query: { cursor: pageParam, limit: 200 },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    retry: false,
  });

export interface Move {
  readonly key: string;
  readonly change: "entered" | "left";
  readonly at: string;
}
export const activityQuery = (id: string) =>
  queryOptions({
    queryKey: ["activity", id],
    queryFn: ({ signal }) => request<{ data: Move[] }>("GET", `/segments/${id}/activity`, { signal }),
  });

export interface Verification {
  readonly checked: number;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly took_ms: number;
}
export const verifySegment = (id: string) => request<Verification>("POST", `/segments/${id}/verify`);

export const cancelComputation = (id: string) => request("POST", `/segments/${id}/cancel`);
