/** Numbers, dates and datetimes of one row. */

import type { Call, Expr, Literal } from "../expr.ts";
import { dateOf } from "../meaning/days.ts";
import { roundTo } from "../meaning/decimal.ts";
import { literalInstant } from "../meaning/literal-value.ts";
import { lettersIn, ofNumber, ofNumbers, workOf } from "../meaning/primitives.ts";
import type { NumberRun } from "./run.ts";
import { listRun, textRun } from "./texts.ts";
import { truthRun } from "./truths.ts";

export function numberRun(expr: Expr): NumberRun {
  if (expr.kind === "literal") return literalRun(expr);
  if (expr.kind === "call") return callRun(expr);
  const { field, type } = expr;
  return ({ row }) => {
    const value = row.value(field, type);
    return value === null ? Number.NaN : (value as number);
  };
}

function literalRun(literal: Literal): NumberRun {
  if (literal.type === "datetime") return ({ moment }) => literalInstant(literal, moment.timeZone) ?? Number.NaN;
  const value = literal.value === null ? Number.NaN : (literal.value as number);
  return () => value;
}

function callRun(call: Call): NumberRun {
  const { name, args } = call;
  switch (name) {
    case "now":
      return ({ moment }) => moment.now;
    case "today":
      return ({ moment }) => dateOf(moment.timeZone, moment.now);
    case "if":
      return choice(call);
    case "coalesce":
      return args.map(numberRun).reduce((first, second) => (scope) => {
        const value = first(scope);
        return Number.isNaN(value) ? second(scope) : value;
      });
    case "length":
      return lengthRun(args[0] as Expr);
    case "date_of": {
      const instant = numberRun(args[0] as Expr);
      return (scope) => dateOf(scope.moment.timeZone, instant(scope));
    }
    case "round": {
      const number = numberRun(args[0] as Expr);
      const digits = (args[1] as Literal).value as number;
      return (scope) => roundTo(number(scope), digits);
    }
    default:
      return args.length === 1 ? single(call) : several(call);
  }
}

function single({ name, args }: Call): NumberRun {
  const work = workOf(ofNumber, name);
  const number = numberRun(args[0] as Expr);
  return (scope) => work(number(scope));
}

function several({ name, args }: Call): NumberRun {
  const work = workOf(ofNumbers, name);
  return args.map(numberRun).reduce((first, second) => (scope) => work(first(scope), second(scope)));
}

function choice({ args }: Call): NumberRun {
  const condition = truthRun(args[0] as Expr);
  const value = numberRun(args[1] as Expr);
  const otherwise = numberRun(args[2] as Expr);
  return (scope) => (condition(scope) === true ? value(scope) : otherwise(scope));
}

function lengthRun(arg: Expr): NumberRun {
  if (arg.type === "text_array") {
    const list = listRun(arg);
    return (scope) => list(scope)?.length ?? Number.NaN;
  }
  const text = textRun(arg);
  return (scope) => {
    const value = text(scope);
    return value === null ? Number.NaN : lettersIn(value);
  };
}
