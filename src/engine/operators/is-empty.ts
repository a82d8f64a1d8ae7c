import { everyType, type Operator } from "./operator.ts";

/** The complement of `is_not_empty`. */
export const isEmptyOperator: Operator = {
  name: "is_empty",
  types: everyType,
  takes: "nothing",
  predicate: () => ({ kind: "present" }),
  negated: true,
  words: () => "is empty",
};
