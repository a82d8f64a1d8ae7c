/** The engine's boundary: pure, no I/O, no platform, no clock of its own. */
export type FieldType = "text" | "number" | "boolean" | "date" | "datetime" | "text_array";

/** What a row stores in a field. A cell that does not fit the field's type is empty for the engine, and kept. */
export type Cell = null | string | number | boolean | readonly string[];

export interface Field {
  /** Position in every row tuple. Never reused. */
  readonly id: number;
  readonly name: string;
  readonly type: FieldType;
}
export type Query = { readonly combinator: "and" | "or"; readonly not?: true; readonly rules: readonly unknown[] };
