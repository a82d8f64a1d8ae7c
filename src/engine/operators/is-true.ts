import type { Operator } from "./operator.ts";

export const isTrueOperator: Operator = {
  name: "is_true",
  types: ["boolean"],
  takes: "nothing",
  predicate: () => ({ kind: "truth", wantTrue: true, wantFalse: false }),
  negated: false,
  words: () => "is true",
};
