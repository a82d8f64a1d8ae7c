import type { Predicate } from "../predicates/predicate.ts";
import { type Operands, type Operator, temporal } from "./operator.ts";

function periodWindow({ period, type }: Operands): Predicate {
  if (period === null) throw new RangeError("in_period needs a period");
  return { kind: "window", window: { how: "period", period, dated: type === "date" } };
}

/** On one of the local dates of a calendar period around today. Weeks begin on Monday. */
export const inPeriodOperator: Operator = {
  name: "in_period",
  types: temporal,
  takes: "period",
  predicate: periodWindow,
  negated: false,
  words: ([period]) => `is ${period}`,
};
