/** A formula as a typed tree: refers to fields by id, survives JSON. Made by `parseFormula`; both evaluators run from it. */
import type { FieldType } from "../values/types.ts";

/** What an expression yields; text arrays are only read by `contains`, `length`, `is`-like functions. */
export type ExprType = FieldType;

export type Expr =
  | { readonly kind: "literal"; readonly type: ExprType; readonly value: string | number | boolean | null }
  /** A field of the record; a looked-up field has a virtual id (`lookupField`). */
  | { readonly kind: "field"; readonly type: ExprType; readonly field: number }
  | { readonly kind: "call"; readonly type: ExprType; readonly name: string; readonly args: readonly Expr[] };

/** How the value of an expression may change while no data changes. */
export type ClockUse = "none" | "day" | "instant";
