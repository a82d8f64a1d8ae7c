export type ExportFormat = "csv" | "json" | "ndjson";

/** A file of all members. Times are RFC 3339, UTC. */
export interface Export {
  readonly id: string;
  readonly segment_id: string;
  readonly format: ExportFormat;
  readonly fields: readonly string[];
  readonly status: "queued" | "running" | "done" | "failed" | "expired";
  /** 0 to 1. */
  readonly progress: number;
  readonly rows: number;
  readonly bytes: number;
  readonly error: { readonly code: string; readonly detail: string } | null;
  /** Signed: whoever has it may read the file, without a key. Null unless the export is done. */
  readonly download_url: string | null;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly expires_at: string;
}

export interface ExportInput {
  /** `csv` unless said. */
  readonly format?: ExportFormat;
  /** Names of fields, in the file's order; all of them unless said. */
  readonly fields?: readonly string[];
}
