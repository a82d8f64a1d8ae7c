/** Conditions made ready to run, once for each condition object. Plans stay plain data. */
import { type Matcher, matcherFor } from "../predicates/index.ts";
import type { Condition } from "./plan.ts";

const ready = new WeakMap<Condition, Matcher>();

export function matcherOf(condition: Condition): Matcher {
  let matcher = ready.get(condition);
  if (matcher === undefined) {
    matcher = matcherFor(condition.predicate);
    ready.set(condition, matcher);
  }
  return matcher;
}
