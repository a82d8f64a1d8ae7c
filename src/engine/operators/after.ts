import { above } from "./bounds.ts";
import { type Operator, temporal } from "./operator.ts";

/** Later than the value; after a date begins with the next local day. */
export const afterOperator: Operator = {
  name: "after",
  types: temporal,
  takes: "one",
  predicate: above,
  negated: false,
  words: ([value]) => `is after ${value}`,
};
