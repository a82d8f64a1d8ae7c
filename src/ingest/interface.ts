/** What others may ask of a dataset's importer. */
import type { FieldType } from "../engine/index.ts";

export type ImportMode = "upsert" | "append" | "replace";
export type ImportStatus = "queued" | "running" | "done" | "failed" | "cancelled";

export interface ImporterApi {
  /** The file is durable in the bucket under `file_key` (UTF-8 or a single-byte encoding, not compressed). Idempotent by `import_id`. */
  enqueue(request: ImportRequest): Promise<void>;
  state(request: { import_id: string }): Promise<ImportState | null>;
  cancel(request: { import_id: string }): Promise<ImportState | null>;
  /** A page of rejected rows, in file order after `after` (a sequence number, 0 to begin). */
  rejects(request: {
    import_id: string;
    after: number;
    limit: number;
  }): Promise<{ rows: RejectedRow[]; last: number; done: boolean }>;
  /** Looks at an uploaded file before it is imported. The object is named by the upload's id. Idempotent. */
  inspect(request: InspectRequest): Promise<void>;
  inspection(request: { upload_id: string }): Promise<InspectionState | null>;
  destroy(): Promise<void>;
}

export interface InspectRequest {
  readonly upload_id: string;
  readonly file_key: string;
  readonly bytes: number;
}

export interface InspectionState {
  readonly status: "running" | "done" | "failed";
  /** 0 to 1. */
  readonly progress: number;
  readonly inspection: Inspection | null;
  readonly error: { readonly code: string; readonly detail: string } | null;
}

export interface ImportRequest {
  readonly dataset_id: string;
  readonly import_id: string;
  readonly file_key: string;
  readonly bytes: number;
  readonly mode: ImportMode;
  readonly confirm_removal: boolean;
}

export interface RejectedRow {
  /** 1-based line in the file where the row begins. */
  readonly line: number;
  readonly code: string;
  readonly reason: string;
  /** The row as it stands in the file. */
  readonly row: string;
}

export interface ImportState {
  readonly id: string;
  readonly status: ImportStatus;
  readonly phase: "reading types" | "writing rows" | "removing rows" | null;
  /** 0 to 1. */
  readonly progress: number;
  readonly rows_read: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly rejected: number;
  /** Cells that did not fit their field's type, by field: kept as they came, empty for the engine. */
  readonly unfit_cells: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
  readonly error: { readonly code: string; readonly detail: string } | null;
  readonly started_at: number | null;
  readonly finished_at: number | null;
}

/** What a look at a file tells before it is imported. */
export interface Inspection {
  readonly encoding: "utf-8" | "windows-1252";
  readonly delimiter: "," | ";" | "\t" | "|";
  readonly rows: number;
  readonly bytes: number;
  /** False when the whole file was read, true when the types come from its beginning. */
  readonly partial: boolean;
  readonly fields: readonly InspectedField[];
  /** Names of fields that are unique and never empty so far, best first. */
  readonly key_candidates: readonly string[];
  /** The first rows, cells as they stand in the file. */
  readonly sample: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

export interface InspectedField {
  /** Trimmed, made unique, `column_3` where the header was empty. */
  readonly name: string;
  readonly type: FieldType;
  /** The format of dates, for example `d/m/y`. */
  readonly format: string | null;
  readonly empty: number;
  readonly distinct_at_least: number;
  readonly note: string | null;
}
