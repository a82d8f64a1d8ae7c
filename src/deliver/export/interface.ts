/** What others may ask of an export. */
import type { ExportColumns, FormatName } from "./formats/index.ts";

export interface ExportRequest {
  readonly dataset_id: string;
  readonly shard_count: number;
  readonly catalogue_version: number;
  readonly segment_id: string;
  readonly format: FormatName;
  readonly columns: ExportColumns;
  /** Members when it was asked for: what progress is measured by. */
  readonly expected: number;
  /** Where the file goes. */
  readonly file_key: string;
  /** Null: the file stays until the export is destroyed. */
  readonly expires_at: number | null;
}

export type ExportStatus = "queued" | "running" | "done" | "failed" | "expired";

export interface ExportState {
  readonly status: ExportStatus;
  /** 0 to 1. */
  readonly progress: number;
  readonly rows: number;
  readonly bytes: number;
  readonly finished_at: number | null;
  readonly error: { readonly code: string; readonly detail: string } | null;
}

export interface ExportApi {
  /** Repeatable. */
  begin(request: ExportRequest): Promise<void>;
  /** Null where nothing was begun. */
  state(): Promise<ExportState | null>;
  /** Deletes the file and forgets everything. */
  destroy(): Promise<void>;
}
