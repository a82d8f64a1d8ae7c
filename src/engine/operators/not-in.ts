import { oneOf } from "./one-of.ts";
import { allButArrays, alternatives, type Operator } from "./operator.ts";

/** The complement of `in`: an empty value satisfies it. */
export const notInOperator: Operator = {
  name: "not_in",
  types: allButArrays,
  takes: "list",
  predicate: oneOf,
  negated: true,
  words: (values) => `is not ${alternatives(values)}`,
};
