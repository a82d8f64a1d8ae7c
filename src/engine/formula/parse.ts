/** From a formula that anybody may have written to its typed expression. Never throws; what is wrong comes back as a Problem. */
import { failure, type Outcome, ProblemError, success } from "../../platform/problem.ts";
import type { QuerySchema } from "../query/schema.ts";
import { compileFormula } from "./check/checker.ts";
import { clockOf, mayBeNow } from "./clock.ts";
import type { CompiledFormula, Expr } from "./expr.ts";
import { fieldsRead } from "./expr-fields.ts";
import { MAX_SOURCE } from "./limits.ts";
import { refuseAt, type Where } from "./refuse.ts";

/**
 * `path` is where the formula stands in the request. Computed fields of the schema may be used; to have a circle found
 * when one of them is defined, the schema has to hold its new formula already.
 */
export function parseFormula(source: string, schema: QuerySchema, path = "formula"): Outcome<CompiledFormula> {
  try {
    const where: Where = { source, path };
    refuseLong(where);
    const expr = compileFormula(where, schema);
    refuseNow(where, expr);
    return success({ source, expr, type: expr.type, reads: fieldsRead(expr), clock: clockOf(expr) });
  } catch (error) {
    if (error instanceof ProblemError) return failure(error.problem);
    throw error;
  }
}

function refuseLong(where: Where): void {
  const actual = where.source.length;
  if (actual <= MAX_SOURCE) return;
  const detail = `A formula may have ${MAX_SOURCE} characters, this one has ${actual}. Put parts of it into computed fields.`;
  refuseAt(where, "formula_too_long", { start: MAX_SOURCE, end: actual }, detail, { limit: MAX_SOURCE, actual });
}

/** Such a value would be another one at every millisecond. */
function refuseNow(where: Where, expr: Expr): void {
  if (!mayBeNow(expr)) return;
  const detail = "A formula may compare things with now() but not yield it. For the date, write today().";
  refuseAt(where, "invalid_value", { start: 0, end: where.source.length }, detail);
}
