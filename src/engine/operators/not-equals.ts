import { oneOf } from "./one-of.ts";
import { allButArrays, type Operator } from "./operator.ts";

/** The complement of `equals`: an empty value satisfies it. */
export const notEqualsOperator: Operator = {
  name: "not_equals",
  types: allButArrays,
  takes: "one",
  predicate: oneOf,
  negated: true,
  words: ([value]) => `is not ${value}`,
};
