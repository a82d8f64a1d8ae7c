/** Destinations, the audiences they hold, and the syncs that keep them in step. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type Page, request } from "./http.ts";

export interface Destination {
  readonly id: string;
  readonly type: "sandbox";
  readonly name: string;
  readonly status: string;
  readonly created_at: string;
}

export interface Audience {
  readonly segment_id: string;
  readonly name: string;
  readonly size: number;
  readonly updated_at: string;
}

export type SyncStatus = "starting" | "in_sync" | "syncing" | "retrying" | "paused" | "failed";

export interface Sync {
  readonly id: string;
  readonly segment_id: string;
  readonly destination_id: string;
  readonly mapping: { readonly email: string };
  readonly status: SyncStatus;
  readonly audience_size: number;
  readonly waiting: number;
  readonly last_synced_at: string | null;
  readonly next_attempt_at: string | null;
  readonly error: { readonly code: string; readonly detail: string } | null;
  readonly created_at: string;
}

export interface Run {
  readonly id: string;
  readonly status: "running" | "succeeded" | "partly" | "failed";
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly added: number;
  readonly removed: number;
  readonly rejected: number;
  readonly attempts: number;
  readonly error: string | null;
}

export interface RunResult {
  readonly key: string;
  readonly action: "add" | "remove";
  readonly status: "accepted" | "rejected";
  readonly reason: string | null;
}

export const destinationsQuery = queryOptions({
  queryKey: ["destinations"],
  queryFn: ({ signal }) => request<Page<Destination>>("GET", "/destinations", { signal }),
});

export const destinationQuery = (id: string) =>
  queryOptions({
    queryKey: ["destination", id],
    queryFn: ({ signal }) => request<Destination>("GET", `/destinations/${id}`, { signal }),
  });

export const createDestination = (body: { type: "sandbox"; name: string }) =>
  request<Destination>("POST", "/destinations", { body });

export const deleteDestination = (id: string, keepalive = false) =>
  request<void>("DELETE", `/destinations/${id}`, { keepalive });

export const audiencesQuery = (id: string) =>
  queryOptions({
    queryKey: ["audiences", id],
    queryFn: ({ signal }) => request<{ data: Audience[] }>("GET", `/destinations/${id}/audiences`, { signal }),
  });

export const audienceQuery = (id: string, segmentId: string) =>
  infiniteQueryOptions({
    queryKey: ["audience", id, segmentId],
    queryFn: ({ signal, pageParam }) =>
      request<Page<{ email_sha256: string }> & { size: number }>("GET", `/destinations/${id}/audience`, {
        signal,
        query: { segment_id: segmentId, cursor: pageParam, limit: 200 },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export type Fault = "none" | "unavailable" | "rate_limited" | "lost_response" | "reject_some";

export const setFault = (id: string, body: { kind: Fault; times?: number }) =>
  request("PUT", `/destinations/${id}/faults`, { body });

export const syncsQuery = (filter: { segment_id?: string; destination_id?: string } = {}) =>
  queryOptions({
    queryKey: ["syncs", filter],
    queryFn: ({ signal }) => request<Page<Sync>>("GET", "/syncs", { signal, query: filter }),
  });

export const syncQuery = (id: string) =>
  queryOptions({ queryKey: ["sync", id], queryFn: ({ signal }) => request<Sync>("GET", `/syncs/${id}`, { signal }) });

export const createSync = (body: { segment_id: string; destination_id: string; mapping: { email: string } }) =>
  request<Sync>("POST", "/syncs", { body });

export const pauseSync = (id: string) => request("POST", `/syncs/${id}/pause`);
export const resumeSync = (id: string) => request("POST", `/syncs/${id}/resume`);
export const deleteSync = (id: string, keepalive = false) => request<void>("DELETE", `/syncs/${id}`, { keepalive });

export const runsQuery = (syncId: string) =>
  infiniteQueryOptions({
    queryKey: ["runs", syncId],
    queryFn: ({ signal, pageParam }) =>
      request<Page<Run>>("GET", `/syncs/${syncId}/runs`, { signal, query: { cursor: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const resultsQuery = (syncId: string, runId: string) =>
  infiniteQueryOptions({
    queryKey: ["results", syncId, runId],
    queryFn: ({ signal, pageParam }) =>
      request<Page<RunResult>>("GET", `/syncs/${syncId}/runs/${runId}/results`, {
        signal,
        query: { cursor: pageParam, limit: 200 },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
