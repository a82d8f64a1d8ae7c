import { oneOf } from "./one-of.ts";
import { allButArrays, type Operator } from "./operator.ts";

/** The value is the same; text without regard to case unless `match_case`. */
export const equalsOperator: Operator = {
  name: "equals",
  types: allButArrays,
  takes: "one",
  predicate: oneOf,
  negated: false,
  words: ([value]) => `is ${value}`,
};
