/** API keys. */
import { queryOptions } from "@tanstack/react-query";
import { type Page, request } from "./http.ts";

export const SCOPES = [
  "segments:read",
  "segments:members:read",
  "segments:write",
  "segments:delete",
  "activations:read",
  "datasets:read",
  "datasets:write",
] as const;

export type Scope = (typeof SCOPES)[number];

/** Calls an hour of each kind, where they are not the standard. */
export interface KeyLimits {
  readonly standard?: number;
  readonly members?: number;
  readonly activations?: number;
  readonly sockets?: number;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly user_id: string;
  readonly scopes: readonly Scope[];
  /** Null: every segment that the API shows. */
  readonly segment_ids: readonly string[] | null;
  readonly rate_limits: KeyLimits;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly former_until: string | null;
  readonly last_used_at: string | null;
}

/** With its text, in the one answer that has it. */
export interface NewKey extends ApiKey {
  readonly key: string;
}

export type KeyDraft = Pick<ApiKey, "name" | "scopes" | "segment_ids" | "rate_limits" | "expires_at">;

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: ({ signal }) => request<Page<ApiKey>>("GET", "/keys", { signal }),
});

export const createKey = (body: KeyDraft) => request<NewKey>("POST", "/keys", { body });

export const patchKey = (id: string, body: Partial<KeyDraft>) => request<ApiKey>("PATCH", `/keys/${id}`, { body });

export const rollKey = (id: string, overlap_s: number) =>
  request<NewKey>("POST", `/keys/${id}/roll`, { body: { overlap_s } });

export const revokeKey = (id: string, keepalive = false) => request<void>("DELETE", `/keys/${id}`, { keepalive });
