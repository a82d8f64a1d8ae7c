/**
 * One operator is one small file of this form. Adding one: write its file, list it in index.ts, name it in the
 * specification. Both evaluators follow from the predicate that it becomes.
 */
import type { Period, Predicate } from "../predicates/predicate.ts";
import type { Span } from "../predicates/spans.ts";
import type { TimeSpan } from "../query/ast.ts";
import type { FieldType } from "../values/types.ts";

/** What a rule's value must be: nothing, one value, a list of values, [low, high], `{n, unit}`, or a period's name. */
export type Takes = "nothing" | "one" | "list" | "range" | "span" | "period";

/** A rule's values as the field's type reads them. Only what fits the type and the operator is filled. */
export interface Operands {
  readonly type: FieldType;
  /** Folded already where `fold` is set. */
  readonly texts: readonly string[];
  /** A number is a span of one point; a date on a datetime field spans its local day. */
  readonly spans: readonly Span[];
  readonly booleans: readonly boolean[];
  /** Of the operators that take a length of time. */
  readonly span: TimeSpan | null;
  /** Of `in_period`. */
  readonly period: Period | null;
  /** Whether text is compared after case folding. */
  readonly fold: boolean;
}

export interface Operator {
  readonly name: string;
  readonly types: readonly FieldType[];
  readonly takes: Takes;
  readonly predicate: (operands: Operands) => Predicate;
  /** True where the operator is the exact complement of its predicate, empty values included. */
  readonly negated: boolean;
  /** What stands after the field's name in a sentence; `values` are in words already. */
  readonly words: (values: readonly string[]) => string;
}

export const allButArrays: readonly FieldType[] = ["text", "number", "boolean", "date", "datetime"];
export const everyType: readonly FieldType[] = [...allButArrays, "text_array"];
export const ordered: readonly FieldType[] = ["number", "date", "datetime"];
export const temporal: readonly FieldType[] = ["date", "datetime"];

/** `a`, `a or b`, `a, b or c`; long lists are cut. */
export function alternatives(values: readonly string[]): string {
  const shown = values.length > 8 ? [...values.slice(0, 7), `${values.length - 7} more`] : values;
  return shown.length < 2 ? (shown[0] ?? "nothing") : `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}
