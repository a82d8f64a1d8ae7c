/** When the clock alone will change a condition's answer for one record. */
import type { ClockUse } from "../formula/expr.ts";
import type { Condition } from "../plan/plan.ts";
import type { Moment } from "../plan/surroundings.ts";
import { nextCrossing } from "../time/crossings.ts";
import { windowSpans } from "../time/window-spans.ts";
import type { TypedValue } from "../values/types.ts";

/** So many midnights are looked at: some years of a window on a field, a year of what costs more. */
const FIELD_DAYS = 4_000;
const OTHER_DAYS = 400;
const TODAY = { how: "period", period: "today", dated: true } as const;

/** `holdsAt`: the condition's answer at a moment; `flipAfter`: a formula's next instant. Null: it never changes, or not within the days that are looked at. */
export function nextChange(
  condition: Condition,
  use: ClockUse,
  value: TypedValue,
  moment: Moment,
  holdsAt: (moment: Moment) => boolean,
  flipAfter: (moment: Moment) => number | null,
): number | null {
  if (use === "none") return null;
  if (use === "day") return nextMidnight(condition.kind === "field" ? FIELD_DAYS : OTHER_DAYS, moment, holdsAt);
  if (condition.kind === "formula") return nextFlipOf(moment, holdsAt, flipAfter);
  if (condition.kind !== "field" || condition.predicate.kind !== "window" || typeof value !== "number") return null;
  return nextCrossing(condition.predicate.window, moment, (above) => (value > above ? value : null));
}

/** A formula that reads the clock to the millisecond: at the instants that it compares with now, and at midnights. */
function nextFlipOf(
  moment: Moment,
  holdsAt: (moment: Moment) => boolean,
  flipAfter: (moment: Moment) => number | null,
): number | null {
  const now = holdsAt(moment);
  let then = moment;
  for (let i = 0; i < OTHER_DAYS; i++) {
    const midnight = windowSpans(TODAY, then).until;
    then = { ...moment, now: Math.min(midnight, flipAfter(then) ?? midnight) };
    if (holdsAt(then) !== now) return then.now;
  }
  return null;
}

function nextMidnight(days: number, moment: Moment, holdsAt: (moment: Moment) => boolean): number | null {
  const now = holdsAt(moment);
  let { until } = windowSpans(TODAY, moment);
  for (let i = 0; i < days; i++) {
    const then = { ...moment, now: until };
    if (holdsAt(then) !== now) return until;
    until = windowSpans(TODAY, then).until;
  }
  return null;
}
