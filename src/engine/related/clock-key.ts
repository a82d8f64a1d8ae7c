/** What of the clock an aggregate depends on: it gives the same results on the same rows while its key is the same. */
import { clockOf } from "../formula/clock.ts";
import type { AggregateSpec } from "../plan/plan.ts";
import type { Moment } from "../plan/surroundings.ts";
import { boundPredicate } from "../predicates/window.ts";

export function clockKey({ filter, of, order_by }: AggregateSpec, moment: Moment): string {
  const parts: unknown[] = [];
  for (const field of [of, order_by]) if (field?.expr && clockOf(field.expr) !== "none") parts.push(moment.now);
  for (const condition of filter.conditions) {
    if (condition.kind === "segment") continue;
    if (condition.predicate.kind === "window") parts.push(boundPredicate(condition.predicate, moment).predicate);
    // Formulas may read the clock to the millisecond.
    if (condition.kind === "formula") parts.push(moment.now);
  }
  return parts.length === 0 ? "" : JSON.stringify([moment.timeZone, parts]);
}
