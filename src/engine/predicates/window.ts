/** Windows over time: spans that follow the clock. They are evaluated as the spans that they are at a moment. */
import type { Moment } from "../plan/surroundings.ts";
import { windowSpans } from "../time/window-spans.ts";
import type { Matcher } from "./matcher.ts";
import type { Predicate, PredicateOf } from "./predicate.ts";
import { spansMatcher } from "./spans.ts";

export interface BoundPredicate {
  /** Never a window. */
  readonly predicate: Exclude<Predicate, { kind: "window" }>;
  /** The first instant at which it is another; Infinity where the clock does not matter. */
  readonly until: number;
}

/** The predicate as it is at a moment. */
export function boundPredicate(predicate: Predicate, moment: Moment): BoundPredicate {
  if (predicate.kind !== "window") return { predicate, until: Number.POSITIVE_INFINITY };
  const { spans, until } = windowSpans(predicate.window, moment);
  return { predicate: { kind: "spans", spans }, until };
}

/** For one moment: it does not follow the clock. */
export function windowMatcher({ window }: PredicateOf<"window">, moment: Moment): Matcher {
  return spansMatcher({ kind: "spans", spans: windowSpans(window, moment).spans });
}
