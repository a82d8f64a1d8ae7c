/** In which order segments that read each other are evaluated. Circles were refused when they were saved. */
import type { Plan } from "./plan.ts";

/** 0 for a segment that reads no other, else one more than the highest that it reads. */
export function ranksOf(segments: ReadonlyMap<string, { readonly plan: Plan }>): Map<string, number> {
  const ranks = new Map<string, number>();
  const rank = (id: string): number => {
    const known = ranks.get(id);
    if (known !== undefined) return known;
    ranks.set(id, 0); // ends a circle that should not be there
    const read = segments.get(id)?.plan.segments ?? [];
    const own = read.length === 0 ? 0 : 1 + Math.max(...read.map(rank));
    ranks.set(id, own);
    return own;
  };
  for (const id of segments.keys()) rank(id);
  return ranks;
}
