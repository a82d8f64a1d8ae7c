/** Rough nanoseconds a row of a column: the order in which conditions are tried. */
import { costOf } from "../predicates/index.ts";
import type { Condition } from "./plan.ts";

const FORMULA_NS = 12;
const RELATED_NS = 40;
const SEGMENT_NS = 0.1;

export function conditionCost(condition: Condition): number {
  if (condition.kind === "segment") return SEGMENT_NS;
  if (condition.kind === "related") return RELATED_NS;
  return costOf(condition.predicate) + (condition.kind === "formula" ? FORMULA_NS : 0);
}
