/**
 * Predicates are what operators come down to: few, plain data, equal when their JSON is equal. Operators that mean
 * the same (`equals 5`, `in [5]`, `between [5, 5]`) become the same predicate and are evaluated once.
 * None of them is true of an empty value.
 */
import type { TextSearch } from "../columns/column.ts";
import type { Spans } from "../columns/index.ts";

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
  | { readonly kind: "element"; readonly needles: readonly string[]; readonly fold: boolean };

export type PredicateOf<Kind extends Predicate["kind"]> = Extract<Predicate, { kind: Kind }>;
