import type { Operator } from "./operator.ts";
import { textPart } from "./text-part.ts";

/** The text has the value in it. `%` and `_` are ordinary characters. */
export const containsOperator: Operator = {
  name: "contains",
  types: ["text"],
  takes: "one",
  predicate: (operands) => textPart("contains", operands),
  negated: false,
  words: ([value]) => `contains ${value}`,
};
