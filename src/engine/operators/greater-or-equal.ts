import { atOrAbove } from "./bounds.ts";
import { type Operator, ordered } from "./operator.ts";

/** At or above the value. */
export const greaterOrEqualOperator: Operator = {
  name: "greater_or_equal",
  types: ordered,
  takes: "one",
  predicate: atOrAbove,
  negated: false,
  words: ([value]) => `is at least ${value}`,
};
