/**
 * A plan is data: the distinct conditions of a query, and a tree over them. Both evaluators run from it.
 * A condition's key says all about it, so plans of many segments can share what is the same.
 */
import type { Expr } from "../formula/expr.ts";
import type { Predicate } from "../predicates/index.ts";
import type { Aggregate } from "../query/ast.ts";
import type { FieldType } from "../values/types.ts";

interface ConditionBase {
  /** Equal keys mean equal answers on every row at the same moment. */
  readonly key: string;
}

/** A test on a field's value; the field is stored, or looked up (`lookupField`). */
export interface FieldCondition extends ConditionBase {
  readonly kind: "field";
  readonly field: number;
  readonly type: FieldType;
  readonly predicate: Predicate;
}

/** A test on what a formula yields: a formula rule (is it true?) or a condition on a computed field. */
export interface FormulaCondition extends ConditionBase {
  readonly kind: "formula";
  readonly expr: Expr;
  readonly type: FieldType;
  readonly predicate: Predicate;
}

/** A test on an aggregate over a record's related records. Quantifiers are tests on a count. */
export interface RelatedCondition extends ConditionBase {
  readonly kind: "related";
  readonly aggregate: AggregateSpec;
  /** Of the aggregate's result. */
  readonly type: FieldType;
  readonly predicate: Predicate;
}

/** A field of the related dataset. */
export interface AggregatedField {
  readonly field: number;
  readonly type: FieldType;
  /** Of a computed field. */
  readonly expr?: Expr;
}

export interface AggregateSpec {
  /** Equal keys mean the same result for every record at the same moment. */
  readonly key: string;
  /** The id of a *has many* relation. */
  readonly relation: string;
  readonly fn: Aggregate;
  /** The related field and its type; null for `count`. */
  readonly of: AggregatedField | null;
  readonly order_by: AggregatedField | null;
  /** Which related records count: `where` and `within` together, over the related dataset's fields. */
  readonly filter: Plan;
}

export interface SegmentCondition extends ConditionBase {
  readonly kind: "segment";
  readonly segment: string;
}

export type Condition = FieldCondition | FormulaCondition | RelatedCondition | SegmentCondition;

export type PlanNode =
  | { readonly kind: "condition"; readonly condition: number; readonly negated: boolean }
  | { readonly kind: "and" | "or"; readonly children: readonly PlanNode[]; readonly negated: boolean };

export interface Plan {
  readonly conditions: readonly Condition[];
  /** Conditions by their index. An `and` without children is true. Cheap children come first. */
  readonly tree: PlanNode;
  /** Ids of the record's fields that are read, looked-up ones included, ascending. */
  readonly fields: readonly number[];
  /** Ids of the segments of the same dataset that are read. */
  readonly segments: readonly string[];
  /** Ids of the *has many* relations that are read. */
  readonly relations: readonly string[];
}
