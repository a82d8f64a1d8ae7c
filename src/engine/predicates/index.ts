/** One matcher for each kind of predicate. */
import type { Matcher } from "./matcher.ts";
import type { Predicate } from "./predicate.ts";
import { presentMatcher } from "./present.ts";
import { spansMatcher } from "./spans.ts";
import { elementMatcher, textMatcher } from "./text.ts";
import { truthMatcher } from "./truth.ts";

export type { Matcher, ValueView } from "./matcher.ts";
export type { Predicate } from "./predicate.ts";

/** Throws TypeError for a window, which is first bound to a moment (`boundPredicate`). */
export function matcherFor(predicate: Predicate): Matcher {
  switch (predicate.kind) {
    case "present":
      return presentMatcher();
    case "spans":
      return spansMatcher(predicate);
    case "truth":
      return truthMatcher(predicate);
    case "text":
      return textMatcher(predicate);
    case "element":
      return elementMatcher(predicate);
    case "window":
      throw new TypeError("a window means something only at a moment: bind it first");
  }
}

/** Rough nanoseconds a row of a column: the order in which conditions are tried. */
export function costOf(predicate: Predicate): number {
  switch (predicate.kind) {
    case "present":
    case "truth":
      return 0.1;
    case "spans":
      return predicate.spans.length <= 12 ? 0.5 : 5;
    case "text":
      return predicate.how === "contains" ? 6 : 1;
    case "element":
      return 3;
    case "window":
      return 0.6;
  }
}
