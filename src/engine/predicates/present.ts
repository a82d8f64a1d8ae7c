import type { Matcher } from "./matcher.ts";

/** Not empty. */
export function presentMatcher(): Matcher {
  return {
    matchesValue: () => true,
    scan: (column, mask, out) => column.scanPresent(mask, out),
  };
}
