import { atOrBelow } from "./bounds.ts";
import { type Operator, ordered } from "./operator.ts";

/** At or below the value; on datetimes, to the end of a date. */
export const lessOrEqualOperator: Operator = {
  name: "less_or_equal",
  types: ordered,
  takes: "one",
  predicate: atOrBelow,
  negated: false,
  words: ([value]) => `is at most ${value}`,
};
