/** Which fields a formula reads. */
import type { Expr } from "./expr.ts";

const known = new WeakMap<Expr, readonly number[]>();

/** Ids of stored and looked-up fields, ascending. */
export function fieldsRead(expr: Expr): readonly number[] {
  let fields = known.get(expr);
  if (fields === undefined) {
    fields = [...new Set(walk(expr))].sort((a, b) => a - b);
    known.set(expr, fields);
  }
  return fields;
}

function* walk(expr: Expr): Generator<number, void, undefined> {
  if (expr.kind === "field") yield expr.field;
  else if (expr.kind === "call") for (const arg of expr.args) yield* walk(arg);
}
