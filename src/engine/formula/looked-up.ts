/** A computed field of a looked-up record: computed from what is looked up, and empty where the relation leads nowhere. */
import { lookupField, lookupThere } from "../plan/lookup-field.ts";
import type { Expr } from "./expr.ts";
import { mapFields } from "./walk.ts";

export function lookedUpExpr(relationNumber: number, expr: Expr): Expr {
  const own = mapFields(expr, (field) => lookupField(relationNumber, field));
  const there: Expr = { kind: "field", type: "boolean", field: lookupThere(relationNumber) };
  return {
    kind: "call",
    type: expr.type,
    name: "if",
    args: [there, own, { kind: "literal", type: expr.type, value: null }],
  };
}
