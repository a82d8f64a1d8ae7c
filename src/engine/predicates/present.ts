import type { Matcher } from "./matcher.ts";

/** Not empty. */
export function presentMatcher(): Matcher {
  return {
    cost: 0.2,
    matchesValue: () => true,
    scan: (column, mask, out) => column.scanPresent(mask, out),
  };
}
