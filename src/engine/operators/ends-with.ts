import type { Operator } from "./operator.ts";
import { textPart } from "./text-part.ts";

/** The text ends with the value. */
export const endsWithOperator: Operator = {
  name: "ends_with",
  types: ["text"],
  takes: "one",
  predicate: (operands) => textPart("ends_with", operands),
  negated: false,
  words: ([value]) => `ends with ${value}`,
};
