/** What a window over time means at a moment. */
import type { Spans } from "../columns/column.ts";
import type { Moment } from "../plan/surroundings.ts";
import type { TimeWindow } from "../predicates/predicate.ts";

export interface WindowSpans {
  /** Days since 1970-01-01 where the window is `dated`, else epoch milliseconds. */
  readonly spans: Spans;
  /** The first instant at which the spans are others. For windows of minutes and hours that is the next millisecond. */
  readonly until: number;
}

export function windowSpans(_window: TimeWindow, _moment: Moment): WindowSpans {
  throw new RangeError("not built yet");
}
