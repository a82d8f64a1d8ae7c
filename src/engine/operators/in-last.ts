import { type Operator, temporal } from "./operator.ts";
import { spanWindow } from "./window.ts";

/** Within so long before now, now included: `T−n < d ≤ T` in local dates, `now−n < t ≤ now` in minutes and hours. */
export const inLastOperator: Operator = {
  name: "in_last",
  types: temporal,
  takes: "span",
  predicate: (operands) => spanWindow("last", operands),
  negated: false,
  words: ([span]) => `is in the last ${span}`,
};
