import { type Matcher, wrongFamily } from "./matcher.ts";
import type { PredicateOf } from "./predicate.ts";

/** A boolean that is one of those wanted. */
export function truthMatcher({ wantTrue, wantFalse }: PredicateOf<"truth">): Matcher {
  return {
    matchesValue: (view) => (view.value === true ? wantTrue : wantFalse),
    scan: (column, mask, out) =>
      column.family === "boolean" ? column.scanTruth(wantTrue, wantFalse, mask, out) : wrongFamily(column),
  };
}
