/** Search in ascending doubles. (Arrays of other kinds have searches of their own, so that each loop sees one kind.) */

/** How many of them are below `wanted`: the place of the first that is at least that. */
export function lowerBound(ascending: Float64Array, wanted: number): number {
  return bound(ascending, wanted, false);
}

/** The first number above `value`, or null. */
export function firstAbove(ascending: Float64Array, value: number): number | null {
  return ascending[bound(ascending, value, true)] ?? null;
}

function bound(ascending: Float64Array, wanted: number, orEqual: boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const own = ascending[middle] as number;
    if (own < wanted || (orEqual && own === wanted)) low = middle + 1;
    else high = middle;
  }
  return low;
}
