/** The words of data: what a field is, what a row stores in it, what the engine sees of that. */

export type FieldType = "text" | "number" | "boolean" | "date" | "datetime" | "text_array";

/** What a row stores in a field. A cell that does not fit the field's type is empty for the engine, and kept. */
export type Cell = null | string | number | boolean | readonly string[];

export interface Field {
  /** Position in every row tuple. Never reused. */
  readonly id: number;
  readonly name: string;
  readonly type: FieldType;
  /** How dates that come in are written: one of `DATE_FORMATS`. Stored cells are ISO, which fits in any case. */
  readonly format?: string | null;
}

/**
 * What the engine sees of a cell: text as a string, number, boolean, date as days since 1970-01-01,
 * datetime as epoch milliseconds, text array as its strings; null is empty.
 */
export type TypedValue = null | string | number | boolean | readonly string[];
