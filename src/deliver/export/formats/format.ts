/** What a format of exports does: one small file for each, alike. */
import type { Cell, Field } from "../../../engine/index.ts";

export interface ExportColumns {
  readonly fields: readonly Pick<Field, "id" | "name" | "type">[];
  /** What the key is called where it is no field of its own. */
  readonly key: string;
  /** The key's place among the fields; -1: it stands before them. */
  readonly key_at: number;
}

export interface ExportRow {
  readonly key: string;
  /** Beside the columns' fields, as JSON answers carry them. */
  readonly values: readonly Cell[];
}

export interface ExportFormat {
  readonly media_type: string;
  /** Of the file's name, without a dot. */
  readonly extension: string;
  head(columns: ExportColumns): string;
  /** `first`: no row came before these. */
  rows(columns: ExportColumns, rows: readonly ExportRow[], first: boolean): string;
  tail(): string;
}
