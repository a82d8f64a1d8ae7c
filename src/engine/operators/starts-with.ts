import type { Operator } from "./operator.ts";
import { textPart } from "./text-part.ts";

/** The text begins with the value. */
export const startsWithOperator: Operator = {
  name: "starts_with",
  types: ["text"],
  takes: "one",
  predicate: (operands) => textPart("starts_with", operands),
  negated: false,
  words: ([value]) => `starts with ${value}`,
};
