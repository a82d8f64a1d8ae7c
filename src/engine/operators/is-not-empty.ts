import { everyType, type Operator } from "./operator.ts";

/** There is a value, and it fits the field's type. */
export const isNotEmptyOperator: Operator = {
  name: "is_not_empty",
  types: everyType,
  takes: "nothing",
  predicate: () => ({ kind: "present" }),
  negated: false,
  words: () => "is not empty",
};
