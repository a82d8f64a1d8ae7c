import type { Operator } from "./operator.ts";

/** The complement of `includes`: an empty value satisfies it. */
export const excludesOperator: Operator = {
  name: "excludes",
  types: ["text_array"],
  takes: "one",
  predicate: ({ texts, fold }) => ({ kind: "element", needles: texts, fold }),
  negated: true,
  words: ([value]) => `does not include ${value}`,
};
