/** The predicate of the operators that count from now. */
import type { Predicate } from "../predicates/predicate.ts";
import type { Operands } from "./operator.ts";

export function spanWindow(how: "last" | "next", { span, type }: Operands): Predicate {
  if (span === null) throw new RangeError(`in_${how} needs a length of time`);
  return { kind: "window", window: { how, n: span.n, unit: span.unit, dated: type === "date" } };
}
