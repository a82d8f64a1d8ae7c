import { oneOf } from "./one-of.ts";
import { allButArrays, alternatives, type Operator } from "./operator.ts";

/** The value is one of a list. */
export const inOperator: Operator = {
  name: "in",
  types: allButArrays,
  takes: "list",
  predicate: oneOf,
  negated: false,
  words: (values) => `is ${alternatives(values)}`,
};
