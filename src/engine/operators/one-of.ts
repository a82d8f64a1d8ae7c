/** The predicate of `equals` and `in` on each type: the value is one of the operands. */
import type { Predicate } from "../predicates/predicate.ts";
import { spansPredicate } from "../predicates/spans.ts";
import type { Operands } from "./operator.ts";

export function oneOf({ type, texts, spans, booleans, fold }: Operands): Predicate {
  if (type === "text") return { kind: "text", how: "equals", needles: [...new Set(texts)].sort(), fold };
  if (type === "boolean") {
    return { kind: "truth", wantTrue: booleans.includes(true), wantFalse: booleans.includes(false) };
  }
  return spansPredicate(spans);
}
