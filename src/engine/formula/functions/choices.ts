/** Functions that choose, and the question whether there is anything to choose. */
import type { ExprType } from "../expr.ts";
import type { FormulaFunction } from "./function.ts";

const SINGLE: readonly ExprType[] = ["text", "number", "boolean", "date", "datetime"];

export const choose: FormulaFunction = {
  name: "if",
  signature: "if(condition, value, otherwise)",
  summary: "The first value where the condition is true, else the second, or nothing where that is left out.",
  least: 2,
  most: 3,
  check(call) {
    const condition = call.truth(0);
    const [value, otherwise] = call.alike(1, SINGLE);
    const { type } = value;
    return call.make("if", type, [condition, value, otherwise ?? { kind: "literal", type, value: null }]);
  },
};

export const coalesce: FormulaFunction = {
  name: "coalesce",
  signature: "coalesce(a, b, …)",
  summary: "The first of the values that is not empty.",
  least: 2,
  most: Number.POSITIVE_INFINITY,
  check(call) {
    const args = call.alike(0, SINGLE);
    return call.make("coalesce", args[0].type, args);
  },
};

export const isEmpty: FormulaFunction = {
  name: "is_empty",
  signature: "is_empty(value)",
  summary: "Whether there is no value.",
  least: 1,
  most: 1,
  check: (call) => call.make("is_empty", "boolean", [call.any(0)]),
};
