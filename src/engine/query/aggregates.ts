/** What may be asked of related records: quantifiers, aggregates, the types that each reads and yields. */
import type { FieldType } from "../values/types.ts";
import type { Aggregate, Quantifier } from "./ast.ts";

/** Whether a quantifier needs `n`. */
export const QUANTIFIERS: Readonly<Record<Quantifier, { readonly counts: boolean }>> = {
  any: { counts: false },
  all: { counts: false },
  none: { counts: false },
  at_least: { counts: true },
  at_most: { counts: true },
  exactly: { counts: true },
};

export interface AggregateForm {
  /** Types of the field that `of` may name; none: it takes no `of`. */
  readonly of: readonly FieldType[];
  /** Whether it needs `order_by`. */
  readonly ordered: boolean;
  /** What it yields; null: the type of the field. */
  readonly yields: FieldType | null;
  /** `the sum of`, before the field's name. */
  readonly words: string;
}

const single: readonly FieldType[] = ["text", "number", "boolean", "date", "datetime"];
/** What has an order: for `min`, `max` and `order_by`. */
export const ORDERED: readonly FieldType[] = ["number", "date", "datetime"];

export const AGGREGATES: Readonly<Record<Aggregate, AggregateForm>> = {
  count: { of: [], ordered: false, yields: "number", words: "the number" },
  count_distinct: { of: single, ordered: false, yields: "number", words: "the number of distinct" },
  sum: { of: ["number"], ordered: false, yields: "number", words: "the sum of" },
  average: { of: ["number"], ordered: false, yields: "number", words: "the average of" },
  min: { of: ORDERED, ordered: false, yields: null, words: "the lowest" },
  max: { of: ORDERED, ordered: false, yields: null, words: "the highest" },
  first: { of: single, ordered: true, yields: null, words: "the first" },
  last: { of: single, ordered: true, yields: null, words: "the last" },
};
