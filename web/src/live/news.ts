/** The events of the workspace's live stream, as the program sends them. */
import type { SyncStatus } from "../api/activation.ts";
import type { Import } from "../api/imports.ts";
import type { Segment } from "../api/segments.ts";

export interface SegmentNews {
  readonly segment_id: string;
  readonly dataset_id: string;
  readonly member_count: number;
  readonly computed_at: string;
  readonly status: Segment["status"];
  readonly progress: number;
}

export interface DatasetNews {
  readonly dataset_id: string;
  readonly record_count: number;
}

export interface SyncNews {
  readonly sync_id: string;
  readonly segment_id: string;
  readonly status: SyncStatus;
  readonly audience_size: number;
  readonly waiting: number;
  readonly last_synced_at: string | null;
  readonly error: { readonly code: string; readonly detail: string } | null;
}

export type News =
  | { readonly event: "segment"; readonly data: SegmentNews }
  | { readonly event: "import"; readonly data: Import }
  | { readonly event: "dataset"; readonly data: DatasetNews }
  | { readonly event: "sync"; readonly data: SyncNews };

export const EVENTS = ["segment", "import", "dataset", "sync"] as const;
