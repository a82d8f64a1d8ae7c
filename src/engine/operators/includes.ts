import type { Operator } from "./operator.ts";

/** One of the array's elements is the value. */
export const includesOperator: Operator = {
  name: "includes",
  types: ["text_array"],
  takes: "one",
  predicate: ({ texts, fold }) => ({ kind: "element", needles: texts, fold }),
  negated: false,
  words: ([value]) => `includes ${value}`,
};
