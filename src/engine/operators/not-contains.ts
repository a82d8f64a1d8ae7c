import type { Operator } from "./operator.ts";
import { textPart } from "./text-part.ts";

/** The complement of `contains`: an empty value satisfies it. */
export const notContainsOperator: Operator = {
  name: "not_contains",
  types: ["text"],
  takes: "one",
  predicate: (operands) => textPart("contains", operands),
  negated: true,
  words: ([value]) => `does not contain ${value}`,
};
