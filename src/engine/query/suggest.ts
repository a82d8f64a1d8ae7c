/** "Did you mean …?" for names of fields and operators. */
import { foldText } from "../values/fold.ts";

/** Spellings that other query languages use. */
const aliases: Readonly<Record<string, string>> = {
  "=": "equals",
  "==": "equals",
  eq: "equals",
  is: "equals",
  "!=": "not_equals",
  "<>": "not_equals",
  ne: "not_equals",
  ">": "greater_than",
  gt: "greater_than",
  ">=": "greater_or_equal",
  gte: "greater_or_equal",
  "<": "less_than",
  lt: "less_than",
  "<=": "less_or_equal",
  lte: "less_or_equal",
  like: "contains",
  null: "is_empty",
  notnull: "is_not_empty",
  last: "in_last",
  within: "in_last",
  next: "in_next",
  during: "in_period",
};

/** The candidate nearest to what was written, or null where none is near. */
export function nearest(written: string, candidates: Iterable<string>): string | null {
  const plain = simplify(written);
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(plain.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Object.hasOwn(aliases, plain) && aliases[plain] === candidate) return candidate;
    const distance = editDistance(plain, simplify(candidate), bestDistance);
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

function simplify(name: string): string {
  return foldText(name.slice(0, 100)).replace(/[\s_-]+/g, "");
}

/** Insertions, deletions, replacements and neighbours swapped between two texts; `limit` where it is that or more. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] as number) + Number(a[i - 1] !== b[j - 1]);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] as number) + 1 : limit;
      next.push(Math.min(replace, swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] as number;
}
