import { below } from "./bounds.ts";
import { type Operator, temporal } from "./operator.ts";

/** Earlier than the value; before a date means before its local day begins. */
export const beforeOperator: Operator = {
  name: "before",
  types: temporal,
  takes: "one",
  predicate: below,
  negated: false,
  words: ([value]) => `is before ${value}`,
};
