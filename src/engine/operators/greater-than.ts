import { above } from "./bounds.ts";
import { type Operator, ordered } from "./operator.ts";

/** Above the value; on datetimes, after the whole of a date. */
export const greaterThanOperator: Operator = {
  name: "greater_than",
  types: ordered,
  takes: "one",
  predicate: above,
  negated: false,
  words: ([value]) => `is more than ${value}`,
};
