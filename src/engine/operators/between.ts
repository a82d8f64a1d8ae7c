import type { Predicate } from "../predicates/predicate.ts";
import { type Span, spansPredicate } from "../predicates/spans.ts";
import { type Operands, type Operator, ordered } from "./operator.ts";

function range({ spans }: Operands): Predicate {
  const [low, high] = spans as readonly [Span, Span];
  return spansPredicate([{ low: low.low, high: high.high }]);
}

/** From the low value to the high one, both included; nothing where they are the wrong way round. */
export const betweenOperator: Operator = {
  name: "between",
  types: ordered,
  takes: "range",
  predicate: range,
  negated: false,
  words: ([low, high]) => `is between ${low} and ${high}`,
};
