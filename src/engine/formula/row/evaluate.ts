/** The row evaluator: an expression against one row. Made into closures once for each expression object. */
import type { Moment } from "../../plan/surroundings.ts";
import type { TypedValue } from "../../values/types.ts";
import type { FormulaRow } from "../clock.ts";
import type { Expr } from "../expr.ts";
import { numberRun } from "./numbers.ts";
import type { Scope } from "./run.ts";
import { listRun, textRun } from "./texts.ts";
import { truthRun } from "./truths.ts";

type Run = (scope: Scope) => TypedValue;

const ready = new WeakMap<Expr, Run>();

/** The value of an expression for a row; null where it is empty. */
export function evaluateExpr(expr: Expr, row: FormulaRow, moment: Moment): TypedValue {
  let run = ready.get(expr);
  if (run === undefined) {
    run = runOf(expr);
    ready.set(expr, run);
  }
  return run({ row, moment });
}

function runOf(expr: Expr): Run {
  if (expr.type === "text") return textRun(expr);
  if (expr.type === "boolean") return truthRun(expr);
  if (expr.type === "text_array") return listRun(expr);
  const number = numberRun(expr);
  return (scope) => {
    const value = number(scope);
    // No negative zero: it is the same number and would be another answer.
    return Number.isNaN(value) ? null : value + 0;
  };
}
