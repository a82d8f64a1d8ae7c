/** A formula as a typed tree: refers to fields by id, survives JSON. Made by `parseFormula`; both evaluators run from it. */
import type { FieldType } from "../values/types.ts";

/** What an expression yields. */
export type ExprType = FieldType;

/**
 * What both evaluators know how to do. Fewer than the words of the language: `a != b` is `not (a == b)`, `a > b` is
 * `b < a`, `days_since(d)` is `days_between(d, today())`, and a datetime that counts as its day is wrapped in `date_of`.
 */
export type CallName =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "neg"
  | "abs"
  | "floor"
  | "ceil"
  /** The second argument is a literal whole number. */
  | "round"
  | "min"
  | "max"
  /** Of a text: its characters; of a list: its elements. */
  | "length"
  | "year"
  | "month"
  | "weekday"
  | "days_between"
  | "today"
  | "now"
  /** The local date of a datetime. */
  | "date_of"
  | "=="
  | "<"
  | "<="
  /** Of a text: a part of it; of a list: an element. */
  | "contains"
  | "starts_with"
  | "ends_with"
  | "is_empty"
  | "and"
  | "or"
  | "not"
  | "if"
  | "coalesce"
  | "lower"
  | "upper"
  | "domain"
  | "concat";

/**
 * Null is empty. A date is days since 1970-01-01; a datetime is epoch milliseconds, or a local time without offset as
 * text (`2024-05-01T08:30:00`), which means the workspace's zone.
 */
export interface Literal {
  readonly kind: "literal";
  readonly type: ExprType;
  readonly value: string | number | boolean | null;
}

/** A stored field of the record; a looked-up field has a virtual id (`lookupField`). */
export interface FieldExpr {
  readonly kind: "field";
  readonly type: ExprType;
  readonly field: number;
}

export interface Call {
  readonly kind: "call";
  readonly type: ExprType;
  readonly name: CallName;
  readonly args: readonly Expr[];
}

export type Expr = Literal | FieldExpr | Call;

/**
 * How the value of an expression may change while no data changes: never, at a local midnight, or at any instant
 * (`nextFlip` says when).
 */
export type ClockUse = "none" | "day" | "instant";

export interface CompiledFormula {
  /** As it was written, with names. */
  readonly source: string;
  /** Computed fields are replaced by what they stand for. */
  readonly expr: Expr;
  readonly type: ExprType;
  /** Ids of the stored fields that are read, looked-up ones included, ascending. */
  readonly reads: readonly number[];
  readonly clock: ClockUse;
}
