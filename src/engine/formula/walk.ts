/** The same expression over other fields. */
import type { Expr } from "./expr.ts";

export function mapFields(expr: Expr, idOf: (field: number) => number): Expr {
  if (expr.kind === "literal") return expr;
  if (expr.kind === "field") return { ...expr, field: idOf(expr.field) };
  return { ...expr, args: expr.args.map((arg) => mapFields(arg, idOf)) };
}
