/**
 * What must be known of a file to read its rows: decided once, in the inspection, and kept with the
 * import. Plain JSON, so that a checkpoint can hold it.
 */

export type Encoding = "utf-8" | "windows-1252";
export type Delimiter = "," | ";" | "\t" | "|";

export interface Dialect {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  /** Cells of each row: those of the header. */
  readonly columns: number;
}

/** A place between two records: reading can begin there. */
export interface Position {
  /** Bytes before it. */
  readonly offset: number;
  /** 1-based line that begins there. */
  readonly line: number;
}

export interface FileLayout extends Dialect {
  /** Trimmed and made unique, in file order. */
  readonly header: readonly string[];
  /** Where the first row after the header begins. */
  readonly start: Position;
}

/** The bytes from `offset`, at most `length` of them; fewer only at the end of the file. */
export type ReadRange = (offset: number, length: number) => Promise<Uint8Array>;

/** Characters of a record, from its first to its line end, above which it is rejected. */
export const MAX_RECORD_CHARS = 1_048_576;
/** Characters kept of a rejected row. */
export const MAX_REJECT_CHARS = 65_536;
export const MAX_COLUMNS = 1_000;
export const MAX_NAME_CHARS = 200;
