import { oneOf } from "./one-of.ts";
import { type Operator, temporal } from "./operator.ts";

/** Inside the local day (or at the very instant) of the value. */
export const onOperator: Operator = {
  name: "on",
  types: temporal,
  takes: "one",
  predicate: oneOf,
  negated: false,
  words: ([value]) => `is on ${value}`,
};
