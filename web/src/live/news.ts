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

/** What changes while an import runs; its file and its maker do not, and may be left out. */
export type ImportNews = Pick<Import, "id" | "dataset_id" | "status"> & Partial<Import>;

export type News =
  | { readonly event: "segment"; readonly data: SegmentNews }
  | { readonly event: "import"; readonly data: ImportNews }
  | { readonly event: "dataset"; readonly data: DatasetNews }
  | { readonly event: "sync"; readonly data: SyncNews };

export const EVENTS = ["segment", "import", "dataset", "sync"] as const;

/** One event as it stands in the stream. Times may come as epoch milliseconds: the page knows only RFC 3339. */
export function readNews(event: News["event"], text: string): News {
  const data = JSON.parse(text, (name, value: unknown) =>
    name.endsWith("_at") && typeof value === "number" ? new Date(value).toISOString() : value,
  );
  return { event, data };
}

/** Whether a stream goes on where the page left it; if not, what was fetched before may be old. */
export function isResumed(text: string): boolean {
  const { resumed } = JSON.parse(text) as { resumed?: boolean };
  return resumed === true;
}
