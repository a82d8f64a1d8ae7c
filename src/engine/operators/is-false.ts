import type { Operator } from "./operator.ts";

/** An empty value is neither true nor false. */
export const isFalseOperator: Operator = {
  name: "is_false",
  types: ["boolean"],
  takes: "nothing",
  predicate: () => ({ kind: "truth", wantTrue: false, wantFalse: true }),
  negated: false,
  words: () => "is false",
};
