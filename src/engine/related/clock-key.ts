/** What of the clock a plan depends on: plans give the same answers on the same rows while their key is the same. */
import type { Plan } from "../plan/plan.ts";
import type { Moment } from "../plan/surroundings.ts";
import { boundPredicate } from "../predicates/window.ts";

export function clockKey(plan: Plan, moment: Moment): string {
  const parts: unknown[] = [];
  for (const condition of plan.conditions) {
    if (condition.kind === "segment") continue;
    if (condition.predicate.kind === "window") parts.push(boundPredicate(condition.predicate, moment).predicate);
    // Formulas may read the clock to the millisecond.
    if (condition.kind === "formula") parts.push(moment.now);
  }
  return parts.length === 0 ? "" : JSON.stringify([moment.timeZone, parts]);
}
