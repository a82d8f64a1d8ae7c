/**
 * Predicates are what operators come down to: few, plain data, equal when their JSON is equal. Operators that mean
 * the same (`equals 5`, `in [5]`, `between [5, 5]`) become the same predicate and are evaluated once.
 * None of them is true of an empty value.
 */
import type { TextSearch } from "../columns/column.ts";
import type { Spans } from "../columns/index.ts";
import type { TimeUnit } from "../query/ast.ts";

export type Predicate =
  | { readonly kind: "present" }
  | { readonly kind: "spans"; readonly spans: Spans }
  | { readonly kind: "truth"; readonly wantTrue: boolean; readonly wantFalse: boolean }
  | {
      readonly kind: "text";
      readonly how: TextSearch["how"];
      readonly needles: readonly string[];
      readonly fold: boolean;
    }
  | { readonly kind: "element"; readonly needles: readonly string[]; readonly fold: boolean }
  /** Spans that follow the clock: `windowSpans` says what they are at a moment, and until when. */
  | { readonly kind: "window"; readonly window: TimeWindow };

/** `dated`: over a date field, whose values are days, not instants. */
export type TimeWindow =
  | { readonly how: "last" | "next"; readonly n: number; readonly unit: TimeUnit; readonly dated: boolean }
  | { readonly how: "period"; readonly period: Period; readonly dated: boolean };

export const PERIODS = [
  "today",
  "yesterday",
  "tomorrow",
  "this_week",
  "last_week",
  "this_month",
  "last_month",
  "this_quarter",
  "last_quarter",
  "this_year",
  "last_year",
] as const;
export type Period = (typeof PERIODS)[number];

export type PredicateOf<Kind extends Predicate["kind"]> = Extract<Predicate, { kind: Kind }>;
