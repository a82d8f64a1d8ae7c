/** What of the clock an aggregate depends on: it gives the same results on the same rows while its key is the same. */
import { clockOf } from "../formula/clock.ts";
import type { ClockUse } from "../formula/expr.ts";
import type { AggregateSpec } from "../plan/plan.ts";
import type { Moment } from "../plan/surroundings.ts";
import { boundPredicate } from "../predicates/window.ts";

export function clockKey({ filter, of, order_by }: AggregateSpec, moment: Moment): string {
  const parts: unknown[] = [];
  for (const field of [of, order_by]) if (field?.expr) parts.push(clockPart(clockOf(field.expr), moment));
  for (const condition of filter.conditions) {
    if (condition.kind === "segment") continue;
    if (condition.predicate.kind === "window") parts.push(boundPredicate(condition.predicate, moment).predicate);
    if (condition.kind === "formula") parts.push(clockPart(clockOf(condition.expr), moment));
  }
  return parts.every((part) => part === null) ? "" : JSON.stringify([moment.timeZone, parts]);
}

const TODAY = { kind: "window", window: { how: "period", period: "today", dated: true } } as const;

/** A formula reads the clock to the millisecond, to the local day, or not at all. */
function clockPart(use: ClockUse, moment: Moment): unknown {
  if (use === "none") return null;
  return use === "day" ? boundPredicate(TODAY, moment).predicate : moment.now;
}
