/**
 * One field of 65,536 rows, encoded by its content. A column knows how to scan itself for each kind of
 * predicate that its field's type allows; which scan is called is the predicate's affair.
 */

import type { Words } from "../bitmap/words.ts";
import type { FieldType, TypedValue } from "../values/types.ts";

export type Encoding = "int8" | "int16" | "int32" | "float64" | "bits" | "dictionary" | "packed" | "lists";

/** What is known of a chunk without a scan. Bounds are at least as wide as what is there. */
export interface ColumnStats {
  /** Rows that are not empty. */
  readonly present: number;
  /** The smallest and largest number, day or instant; null where there is none, and for other types. */
  readonly min: number | null;
  readonly max: number | null;
  /** How many distinct values there are, at most; null where that is not known. */
  readonly distinct: number | null;
}

interface ColumnBase {
  readonly encoding: Encoding;
  readonly stats: ColumnStats;
  /** Bytes kept in typed arrays, and an estimate for strings. */
  readonly bytes: number;
  /** The typed value of a row (its index within the chunk); null where empty. */
  get(index: number): TypedValue;
  /** Writes one value: in place and answers itself, or answers the column that takes its place. */
  set(index: number, value: TypedValue): Column;
  /** `out` = the rows of `mask` that are not empty. */
  scanPresent(mask: Words, out: Words): void;
  /** The column as bytes; `decodeColumn` reads them. */
  encode(): Uint8Array;
}

/** Inclusive bounds, ascending and disjoint, as low, high, low, high … */
export type Spans = readonly number[];

export interface NumberColumn extends ColumnBase {
  readonly family: "number";
  /** `out` = the rows of `mask` whose value lies in one of the spans. */
  scanSpans(spans: Spans, mask: Words, out: Words): void;
  /** So many decimals (0 … 6) are enough for every value; null where that is not known. */
  readonly decimals: number | null;
  /** No value is larger in size. */
  readonly bound: number;
  /** The values of `out.length` rows from `first` on (multiples of 32), NaN where empty. */
  readNumbers(first: number, out: Float64Array): void;
  /** The same times 10^decimals: whole numbers. Only where the decimals are known. */
  readWhole(first: number, out: Float64Array): void;
}

export interface BooleanColumn extends ColumnBase {
  readonly family: "boolean";
  /** `out` = the rows of `mask` that are true (if `wantTrue`) or false (if `wantFalse`). */
  scanTruth(wantTrue: boolean, wantFalse: boolean, mask: Words, out: Words): void;
}

/** What is looked for in text. `needles` are folded already where `fold` is set. */
export interface TextSearch {
  readonly how: "equals" | "contains" | "starts_with" | "ends_with";
  readonly needles: readonly string[];
  readonly fold: boolean;
  /** The same test on one text, as it is. */
  matches(text: string): boolean;
  /** The same test on one text that is folded already where `fold` is set. */
  matchesFolded(text: string): boolean;
}

export interface TextColumn extends ColumnBase {
  readonly family: "text";
  scanText(search: TextSearch, mask: Words, out: Words): void;
  /** How many rows match, those included that no longer exist; only where that takes no scan. */
  countText?(search: TextSearch): number;
  /**
   * The texts of `codes.length` rows from `first` on (multiples of 32): where a row's bit in `mask` (of these rows) is
   * set, its code is 0 if it is empty, else one above the place of its text in what is returned. Where the same array
   * is returned again, the codes mean the same.
   */
  readTexts(first: number, mask: Words, codes: Uint32Array): readonly string[];
}

export interface ListColumn extends ColumnBase {
  readonly family: "list";
  /** `out` = the rows of `mask` with at least one element that matches. */
  scanElements(search: TextSearch, mask: Words, out: Words): void;
  /** The numbers of elements of `out.length` rows from `first` on (multiples of 32), NaN where empty. */
  readLengths(first: number, out: Float64Array): void;
}

export type Column = NumberColumn | BooleanColumn | TextColumn | ListColumn;

export function familyOf(type: FieldType): Column["family"] {
  if (type === "text") return "text";
  if (type === "text_array") return "list";
  return type === "boolean" ? "boolean" : "number";
}
