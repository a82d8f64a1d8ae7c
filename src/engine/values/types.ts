/** The words of data: what a field is, what a row stores in it, what the engine sees of that. */

import type { Expr } from "../formula/expr.ts";

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
  /** A computed field: its formula, with names, as it was written. Nothing is stored for it. */
  readonly formula?: string;
  /** The same, compiled; only where queries are evaluated. */
  readonly expr?: Expr;
}

/**
 * What the engine sees of a cell: text as a string, number, boolean, date as days since 1970-01-01,
 * datetime as epoch milliseconds, text array as its strings; null is empty.
 */
export type TypedValue = null | string | number | boolean | readonly string[];
