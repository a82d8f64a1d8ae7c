import { below } from "./bounds.ts";
import { type Operator, ordered } from "./operator.ts";

/** Below the value; on datetimes, before a date begins. */
export const lessThanOperator: Operator = {
  name: "less_than",
  types: ordered,
  takes: "one",
  predicate: below,
  negated: false,
  words: ([value]) => `is less than ${value}`,
};
