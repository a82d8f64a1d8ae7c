/** The predicates of the operators that compare: beside a span means beside all of it. */
import type { Predicate } from "../predicates/predicate.ts";
import { HIGHEST, LOWEST, nextDown, nextUp, type Span, spansPredicate } from "../predicates/spans.ts";
import type { Operands } from "./operator.ts";

const first = ({ spans }: Operands): Span => spans[0] as Span;

export const above = (operands: Operands): Predicate =>
  spansPredicate([{ low: nextUp(first(operands).high), high: HIGHEST }]);

export const atOrAbove = (operands: Operands): Predicate =>
  spansPredicate([{ low: first(operands).low, high: HIGHEST }]);

export const below = (operands: Operands): Predicate =>
  spansPredicate([{ low: LOWEST, high: nextDown(first(operands).low) }]);

export const atOrBelow = (operands: Operands): Predicate =>
  spansPredicate([{ low: LOWEST, high: first(operands).high }]);
