/** What an expression reads, and the same expression over other fields. */
import type { Expr } from "./expr.ts";

/** Ids of the fields that are read, looked-up ones included, ascending. */
export function readsOf(expr: Expr): readonly number[] {
  const found = new Set<number>();
  const visit = (one: Expr): void => {
    if (one.kind === "field") found.add(one.field);
    else if (one.kind === "call") one.args.forEach(visit);
  };
  visit(expr);
  return [...found].sort((a, b) => a - b);
}

export function mapFields(expr: Expr, idOf: (field: number) => number): Expr {
  if (expr.kind === "literal") return expr;
  if (expr.kind === "field") return { ...expr, field: idOf(expr.field) };
  return { ...expr, args: expr.args.map((arg) => mapFields(arg, idOf)) };
}
