/** True, false or empty, of one row. Tests and joins of them are never empty; fields and choices may be. */
import { foldText } from "../../values/fold.ts";
import type { Call, Expr } from "../expr.ts";
import { textTests, workOf } from "../meaning/primitives.ts";
import { numberRun } from "./numbers.ts";
import type { TextRun, TruthRun } from "./run.ts";
import { listRun, textRun } from "./texts.ts";

export function truthRun(expr: Expr): TruthRun {
  if (expr.kind === "literal") {
    const value = expr.value as boolean | null;
    return () => value;
  }
  if (expr.kind === "call") return callRun(expr);
  const { field } = expr;
  return ({ row }) => row.value(field, "boolean") as boolean | null;
}

function callRun(call: Call): TruthRun {
  const { name, args } = call;
  switch (name) {
    case "and": {
      const all = args.map(truthRun);
      return (scope) => all.every((one) => one(scope) === true);
    }
    case "or": {
      const any = args.map(truthRun);
      return (scope) => any.some((one) => one(scope) === true);
    }
    case "not": {
      const one = truthRun(args[0] as Expr);
      return (scope) => one(scope) !== true;
    }
    case "if": {
      const [condition, value, otherwise] = args.map(truthRun) as [TruthRun, TruthRun, TruthRun];
      return (scope) => (condition(scope) === true ? value(scope) : otherwise(scope));
    }
    case "coalesce":
      return args.map(truthRun).reduce((first, second) => (scope) => first(scope) ?? second(scope));
    case "is_empty":
      return emptyRun(args[0] as Expr);
    case "<":
    case "<=":
      return orderRun(call);
    default:
      return compareRun(call);
  }
}

function emptyRun(arg: Expr): TruthRun {
  switch (arg.type) {
    case "text": {
      const text = textRun(arg);
      return (scope) => text(scope) === null;
    }
    case "boolean": {
      const truth = truthRun(arg);
      return (scope) => truth(scope) === null;
    }
    case "text_array": {
      const list = listRun(arg);
      return (scope) => list(scope) === null;
    }
    default: {
      const number = numberRun(arg);
      return (scope) => Number.isNaN(number(scope));
    }
  }
}

/** NaN is neither below nor equal to anything, itself included. */
function orderRun({ name, args }: Call): TruthRun {
  const [left, right] = [numberRun(args[0] as Expr), numberRun(args[1] as Expr)];
  return name === "<" ? (scope) => left(scope) < right(scope) : (scope) => left(scope) <= right(scope);
}

function compareRun(call: Call): TruthRun {
  const [left, right] = call.args as [Expr, Expr];
  if (left.type === "text_array") return elementRun(left, right);
  if (left.type === "text") return textTestRun(call);
  if (left.type === "boolean") {
    const [a, b] = [truthRun(left), truthRun(right)];
    return (scope) => {
      const value = a(scope);
      return value !== null && value === b(scope);
    };
  }
  const [a, b] = [numberRun(left), numberRun(right)];
  return (scope) => a(scope) === b(scope);
}

function textTestRun({ name, args }: Call): TruthRun {
  const test = workOf(textTests, name);
  const [text, part] = args.map(foldedRun) as [TextRun, TextRun];
  return (scope) => {
    const value = text(scope);
    if (value === null) return false;
    const sought = part(scope);
    return sought !== null && test(value, sought);
  };
}

/** Literals are folded once. */
function foldedRun(expr: Expr): TextRun {
  if (expr.kind === "literal") {
    const folded = expr.value === null ? null : foldText(expr.value as string);
    return () => folded;
  }
  const text = textRun(expr);
  return (scope) => {
    const value = text(scope);
    return value === null ? null : foldText(value);
  };
}

function elementRun(left: Expr, right: Expr): TruthRun {
  const list = listRun(left);
  const sought = foldedRun(right);
  return (scope) => {
    const elements = list(scope);
    const folded = elements === null ? null : sought(scope);
    return elements !== null && folded !== null && elements.some((element) => foldText(element) === folded);
  };
}
