/** What others may ask of the delivery objects. */
import type { Announcement } from "../shard/interface.ts";

export interface FeedApi {
  announce(announcement: Announcement): Promise<void>;
  /** The control plane changed (segments, syncs): load the catalogue again and tell the shards. */
  refresh(request: { version: number }): Promise<void>;
  destroy(): Promise<void>;
}

/** One piece of news for open pages. The latest of each `topic` is kept, so that a page that was away catches up. */
export interface News {
  /** `segment:<id>`, `import:<id>`, `dataset:<id>`, `sync:<id>`. */
  readonly topic: string;
  /** The SSE event's name. */
  readonly event: "segment" | "import" | "dataset" | "sync";
  readonly data: Readonly<Record<string, unknown>>;
}

export interface LiveApi {
  publish(news: readonly News[]): Promise<void>;
  // and fetch(): GET with `Last-Event-ID` answers the event stream
}

export interface SyncApi {
  /** There may be something new. Cheap, may be called too often. */
  poke(): Promise<void>;
  start(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  state(): Promise<SyncState>;
  runs(request: { cursor: string | null; limit: number }): Promise<{ data: RunState[]; next_cursor: string | null }>;
  results(request: {
    run_id: string;
    cursor: string | null;
    limit: number;
  }): Promise<{ data: RunResult[]; next_cursor: string | null } | null>;
  /** Withdraws what was sent, then forgets everything. Answers as soon as that is written down. */
  destroy(): Promise<void>;
}

export interface SyncState {
  readonly status: "starting" | "in_sync" | "syncing" | "retrying" | "paused" | "failed";
  readonly audience_size: number;
  readonly waiting: number;
  readonly last_synced_at: number | null;
  readonly next_attempt_at: number | null;
  readonly error: { readonly code: string; readonly detail: string } | null;
}

export interface RunState {
  readonly id: string;
  readonly status: "running" | "succeeded" | "partly" | "failed";
  readonly started_at: number;
  readonly finished_at: number | null;
  /** Identifiers that the platform took in, or let go. */
  readonly added: number;
  readonly removed: number;
  /** Records that have no usable identifier, or whose identifier the platform refused. */
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

/** Sandbox Ads: the account page's view of the stand-in platform. Its HTTP surface is `fetch`. */
export interface SandboxApi {
  audiences(): Promise<SandboxAudience[]>;
  /** Members of the newest audience of a segment, in hash order; null when there is none. */
  audience(request: {
    segment_id: string;
    cursor: string | null;
    limit: number;
  }): Promise<{ data: { email_sha256: string }[]; next_cursor: string | null; size: number } | null>;
  /** How the platform misbehaves from now on; for `times` requests, or until `none`. */
  setFaults(request: { kind: SandboxFault; times?: number | undefined }): Promise<void>;
  destroy(): Promise<void>;
}

export interface SandboxAudience {
  readonly id: string;
  readonly segment_id: string;
  readonly name: string;
  readonly size: number;
  readonly updated_at: number;
}

export const SANDBOX_FAULTS = ["none", "unavailable", "rate_limited", "lost_response", "reject_some"] as const;
export type SandboxFault = (typeof SANDBOX_FAULTS)[number];
