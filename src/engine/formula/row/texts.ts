/** Texts and lists of one row. */
import type { Call, Expr } from "../expr.ts";
import { numberAsText, ofText, textOrEmpty, workOf } from "../meaning/primitives.ts";
import { numberRun } from "./numbers.ts";
import type { ListRun, Scope, TextRun } from "./run.ts";
import { truthRun } from "./truths.ts";

export function textRun(expr: Expr): TextRun {
  if (expr.kind === "literal") {
    const value = expr.value as string | null;
    return () => value;
  }
  if (expr.kind === "call") return callRun(expr);
  const { field } = expr;
  return ({ row }) => row.value(field, "text") as string | null;
}

/** Lists are only ever fields. */
export function listRun(expr: Expr): ListRun {
  if (expr.kind !== "field") throw new TypeError("a list that is not a field");
  const { field } = expr;
  return ({ row }) => row.value(field, "text_array") as readonly string[] | null;
}

function callRun({ name, args }: Call): TextRun {
  switch (name) {
    case "concat":
      return concatRun(args);
    case "if": {
      const condition = truthRun(args[0] as Expr);
      const value = textRun(args[1] as Expr);
      const otherwise = textRun(args[2] as Expr);
      return (scope) => (condition(scope) === true ? value(scope) : otherwise(scope));
    }
    case "coalesce":
      return args.map(textRun).reduce((first, second) => (scope) => first(scope) ?? second(scope));
    default: {
      const work = workOf(ofText, name);
      const text = textRun(args[0] as Expr);
      return (scope) => {
        const value = text(scope);
        return value === null ? null : work(value);
      };
    }
  }
}

function concatRun(args: readonly Expr[]): TextRun {
  const pieces = args.map(pieceRun);
  return (scope) => {
    let text = "";
    for (const piece of pieces) text += piece(scope);
    return textOrEmpty(text);
  };
}

/** An argument of `concat`: what is empty adds nothing. */
function pieceRun(expr: Expr): (scope: Scope) => string {
  if (expr.type === "text") {
    const text = textRun(expr);
    return (scope) => text(scope) ?? "";
  }
  if (expr.type === "boolean") {
    const truth = truthRun(expr);
    return (scope) => String(truth(scope) ?? "");
  }
  const number = numberRun(expr);
  return (scope) => numberAsText(expr.type, number(scope));
}
