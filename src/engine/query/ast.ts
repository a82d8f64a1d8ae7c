/**
 * A query as the shards get it: normalised, refers to fields by id, survives JSON. (The control plane stores the
 * JSON form with names: `queryToJson`.)
 */
import type { Expr } from "../formula/expr.ts";

/** An empty group matches every record. */
export interface Group {
  readonly combinator: "and" | "or";
  readonly not?: true;
  readonly rules: readonly Rule[];
}

/**
 * Texts, numbers and booleans as they are; dates as `YYYY-MM-DD`; datetimes as a UTC instant, or as a local time
 * without offset or a date, which mean the workspace's zone.
 */
export type RuleScalar = string | number | boolean;

export type TimeUnit = "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";

/** A length of time before or after now. `n` is a whole number from 1. */
export interface TimeSpan {
  readonly n: number;
  readonly unit: TimeUnit;
}

export type RuleValue = RuleScalar | readonly RuleScalar[] | TimeSpan;

export function isTimeSpan(value: RuleValue | undefined): value is TimeSpan {
  return typeof value === "object" && "unit" in value;
}

/** What a comparison asks of a value; of a field's, or of an aggregate's result. */
export interface Comparison {
  readonly operator: string;
  /** Absent where the operator takes nothing. */
  readonly value?: RuleValue;
  readonly match_case?: true;
}

export interface FieldRule extends Comparison {
  /** Field id; with `via`, of the looked-up dataset. */
  readonly field: number;
  /** The id of a *belongs to* relation: the field is the looked-up record's. */
  readonly via?: string;
}

export type Quantifier = "any" | "all" | "none" | "at_least" | "at_most" | "exactly";
export type Aggregate = "count" | "count_distinct" | "sum" | "average" | "min" | "max" | "first" | "last";

interface RelatedBase {
  /** The id of a *has many* relation. */
  readonly related: string;
  /** Over the related dataset's fields. */
  readonly where: Group;
  /** Only related records whose date lies in the last so long. */
  readonly within?: { readonly field: number; readonly last: TimeSpan };
}

export interface QuantifiedRule extends RelatedBase {
  readonly quantifier: Quantifier;
  /** For `at_least`, `at_most`, `exactly`. */
  readonly n?: number;
}

export interface AggregateRule extends RelatedBase, Comparison {
  readonly aggregate: Aggregate;
  /** The related dataset's field; absent for `count`. */
  readonly of?: number;
  /** For `first` and `last`. Ties are broken by key. */
  readonly order_by?: number;
}

export type RelatedRule = QuantifiedRule | AggregateRule;

export interface FormulaRule {
  /** As it was written, with names: for people. What is evaluated is `expr`. */
  readonly formula: string;
  /** Boolean. */
  readonly expr: Expr;
}

export interface SegmentRule {
  /** A segment of the dataset of the group in which the rule stands. */
  readonly segment: string;
  readonly operator: "member" | "not_member";
}

export type Leaf = FieldRule | RelatedRule | FormulaRule | SegmentRule;
export type Rule = Group | Leaf;
export type Query = Group;

export function isGroup(rule: Rule): rule is Group {
  return "combinator" in rule;
}

export const isRelated = (rule: Rule): rule is RelatedRule => "related" in rule;
export const isFormula = (rule: Rule): rule is FormulaRule => "formula" in rule;
export const isSegment = (rule: Rule): rule is SegmentRule => "segment" in rule;
export const isField = (rule: Rule): rule is FieldRule => "field" in rule;

/** Every rule of this dataset that is not a group, in order; what stands in `related.where` is not among them. */
export function* leaves(group: Group): Generator<Leaf, void, undefined> {
  for (const rule of group.rules) {
    if (isGroup(rule)) yield* leaves(rule);
    else yield rule;
  }
}
