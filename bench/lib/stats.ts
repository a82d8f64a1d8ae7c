/** Times into figures. */

/** The value below which the share `p` of them lies (nearest rank). */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new RangeError("no value was measured");
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] as number;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("no value was measured");
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}

export async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const began = performance.now();
  const value = await work();
  return { value, ms: performance.now() - began };
}

export interface Repeated<T> {
  readonly value: T;
  /** The first run: what it needs may still have to be read or built. */
  readonly cold: number;
  readonly warm: readonly number[];
}

/** One cold run, a second to warm up, then `runs` that count. */
export async function repeated<T>(runs: number, work: () => Promise<T>): Promise<Repeated<T>> {
  const { ms: cold } = await timed(work);
  const { value } = await timed(work);
  const warm: number[] = [];
  for (let run = 0; run < runs; run++) warm.push((await timed(work)).ms);
  return { value, cold, warm };
}
