/**
 * Conditions made ready to run, once for each condition object: plans stay plain data. A window over time is made
 * ready for a moment, and again when its spans are others.
 */
import { type Matcher, matcherFor, type Predicate } from "../predicates/index.ts";
import { windowSpans } from "../time/window-spans.ts";
import type { Moment } from "./surroundings.ts";

/** A condition that tests a value. */
interface Testing {
  readonly predicate: Predicate;
}

interface Bound {
  readonly matcher: Matcher;
  readonly from: number;
  readonly until: number;
  readonly timeZone: string;
}

const ready = new WeakMap<Testing, Matcher>();
const bound = new WeakMap<Testing, Bound>();

export function matcherOf(condition: Testing, moment: Moment): Matcher {
  if (condition.predicate.kind === "window") return boundMatcher(condition, moment);
  let matcher = ready.get(condition);
  if (matcher === undefined) {
    matcher = matcherFor(condition.predicate);
    ready.set(condition, matcher);
  }
  return matcher;
}

function boundMatcher(condition: Testing, { now, timeZone }: Moment): Matcher {
  const known = bound.get(condition);
  if (known && known.from <= now && now < known.until && known.timeZone === timeZone) return known.matcher;
  if (condition.predicate.kind !== "window") throw new TypeError("only windows follow the clock");
  const { spans, until } = windowSpans(condition.predicate.window, { now, timeZone });
  const matcher = matcherFor({ kind: "spans", spans });
  bound.set(condition, { matcher, from: now, until, timeZone });
  return matcher;
}
