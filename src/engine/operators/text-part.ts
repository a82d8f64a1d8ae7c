/** The predicate of the operators that look for a part of a text. */
import type { Predicate } from "../predicates/predicate.ts";
import type { Operands } from "./operator.ts";

export function textPart(how: "contains" | "starts_with" | "ends_with", { texts, fold }: Operands): Predicate {
  return { kind: "text", how, needles: texts, fold };
}
