/** Which values cross a window's border as time passes, and when the next one does. Nothing is scanned for it. */
import type { Spans } from "../columns/column.ts";
import type { Moment } from "../plan/surroundings.ts";
import type { TimeWindow } from "../predicates/predicate.ts";
import { windowSpans } from "./window-spans.ts";

/** The values that are inside at just one of two moments. Ascending, disjoint, bounds included; values are whole numbers. */
export function crossedSpans(window: TimeWindow, from: Moment, to: Moment): Spans {
  const before = windowSpans(window, from).spans;
  const after = windowSpans(window, to).spans;
  // Each span [low, high] of whole numbers turns "inside" at low and at high + 1.
  const turns = [...turnsOf(before), ...turnsOf(after)].sort((a, b) => a - b);
  const spans: number[] = [];
  for (let i = 0; i + 1 < turns.length; i += 2) {
    const [low, end] = [turns[i] as number, turns[i + 1] as number];
    if (low === end) continue;
    if (spans.at(-1) === low - 1) spans[spans.length - 1] = end - 1;
    else spans.push(low, end - 1);
  }
  return spans;
}

function turnsOf(spans: Spans): number[] {
  return spans.map((bound, i) => (i % 2 === 0 ? bound : bound + 1));
}

const EXACT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000 };

/** True for windows of minutes and hours, whose borders move all the time. */
export function isExact(window: TimeWindow): boolean {
  return window.how !== "period" && window.unit in EXACT_MS;
}

/**
 * The first instant after `moment` at which a value may enter or leave. `nextAbove`: the smallest value that there is
 * above a value, null where there is none. Null: no value that is there now will ever cross.
 */
export function nextCrossing(
  window: TimeWindow,
  moment: Moment,
  nextAbove: (value: number) => number | null,
): number | null {
  if (window.how === "period" || !isExact(window)) return windowSpans(window, moment).until;
  const length = window.n * (EXACT_MS[window.unit] as number);
  const { now } = moment;
  // In the last n: a value enters when now reaches it, and leaves n later. In the next n: it enters n before.
  const [early, late] = window.how === "last" ? [0, length] : [-length, 0];
  const crossings = [early, late].flatMap((shift) => {
    const value = nextAbove(now - shift);
    return value === null ? [] : [value + shift];
  });
  return crossings.length === 0 ? null : Math.min(...crossings);
}
