/** How a condition's answer may change while no data changes. */
import { clockOf } from "../formula/clock.ts";
import type { ClockUse } from "../formula/expr.ts";
import { isExact } from "../time/crossings.ts";
import type { AggregateSpec, Condition, Plan } from "./plan.ts";

/** `day`: at local midnights only. `instant`: at any moment. */
export function clockUse(condition: Condition): ClockUse {
  if (condition.kind === "segment") return "none"; // its own conditions move it
  const { predicate } = condition;
  const own = predicate.kind !== "window" ? "none" : isExact(predicate.window) ? "instant" : "day";
  if (condition.kind === "formula") return later(own, clockOf(condition.expr));
  return condition.kind === "related" ? later(own, aggregateClock(condition.aggregate)) : own;
}

function aggregateClock({ filter, of, order_by }: AggregateSpec): ClockUse {
  const computed = [of, order_by].map((field) => (field?.expr === undefined ? "none" : clockOf(field.expr)));
  return computed.reduce(later, planClock(filter));
}

function planClock(plan: Plan): ClockUse {
  return plan.conditions.map(clockUse).reduce(later, "none");
}

const RANK = { none: 0, day: 1, instant: 2 } as const;

function later(a: ClockUse, b: ClockUse): ClockUse {
  return RANK[a] >= RANK[b] ? a : b;
}
