/**
 * A plan is data: the distinct conditions of a query, and a tree over them. Both evaluators run from it.
 * A condition's key says all about it, so plans of many segments can share what is the same.
 */
import type { Predicate } from "../predicates/index.ts";
import type { FieldType } from "../values/types.ts";

export interface Condition {
  /** Equal keys mean equal answers on every row. */
  readonly key: string;
  /** Field id. */
  readonly field: number;
  readonly type: FieldType;
  readonly predicate: Predicate;
}

export type PlanNode =
  | { readonly kind: "condition"; readonly condition: number; readonly negated: boolean }
  | { readonly kind: "and" | "or"; readonly children: readonly PlanNode[]; readonly negated: boolean };

export interface Plan {
  readonly conditions: readonly Condition[];
  /** Conditions by their index. An `and` without children is true. Cheap children come first. */
  readonly tree: PlanNode;
  /** Ids of the fields that are read, ascending. */
  readonly fields: readonly number[];
}
