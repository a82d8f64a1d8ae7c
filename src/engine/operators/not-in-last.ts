import { type Operator, temporal } from "./operator.ts";
import { spanWindow } from "./window.ts";

/** The complement of `in_last`: an empty value satisfies it. */
export const notInLastOperator: Operator = {
  name: "not_in_last",
  types: temporal,
  takes: "span",
  predicate: (operands) => spanWindow("last", operands),
  negated: true,
  words: ([span]) => `is not in the last ${span}`,
};
