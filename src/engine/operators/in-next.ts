import { type Operator, temporal } from "./operator.ts";
import { spanWindow } from "./window.ts";

/** Within so long after now, now not included: `T < d ≤ T+n` in local dates, `now < t ≤ now+n` in minutes and hours. */
export const inNextOperator: Operator = {
  name: "in_next",
  types: temporal,
  takes: "span",
  predicate: (operands) => spanWindow("next", operands),
  negated: false,
  words: ([span]) => `is in the next ${span}`,
};
