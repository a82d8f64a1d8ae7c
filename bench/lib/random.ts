/** Seeded randomness made for volume: whole numbers of 32 bits, and distributions as tables of 65,536 draws. */

export interface Random {
  /** A whole number of 32 bits, not negative. */
  bits(): number;
  /** A whole number from 0 to below `limit` (at most 2^24, where the bias is far below what data shows). */
  below(limit: number): number;
  /** 0 to below 1. */
  next(): number;
}

/** Mulberry32: the same numbers on every machine for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const bits = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = () => bits() / 2 ** 32;
  return { bits, next, below: (limit) => Math.floor(next() * limit) };
}

const DRAWS = 65_536;

/** Index i as often as its weight says: look up with 16 random bits. */
export function weightedTable(weights: readonly number[]): Uint16Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const table = new Uint16Array(DRAWS);
  let [index, reached] = [0, weights[0] ?? 0];
  for (let draw = 0; draw < DRAWS; draw++) {
    while (index < weights.length - 1 && ((draw + 0.5) / DRAWS) * total > reached) {
      index++;
      reached += weights[index] ?? 0;
    }
    table[draw] = index;
  }
  return table;
}

/** 1/rank^exponent for `count` ranks: few are frequent, many are rare. */
export const zipfWeights = (count: number, exponent: number): number[] =>
  Array.from({ length: count }, (_, rank) => (rank + 1) ** -exponent);

/** The quantiles of a log-normal distribution in hundredths: half of the draws lie below `median`. */
export function logNormalCents(median: number, spread: number): Uint32Array {
  return Uint32Array.from({ length: DRAWS + 1 }, (_, draw) =>
    Math.round(100 * median * Math.exp(spread * normalQuantile((draw + 0.5) / (DRAWS + 1)))),
  );
}

/** Acklam's approximation in its simplest useful form (error below 5e-4, which no benchmark sees). */
function normalQuantile(p: number): number {
  const tail = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
  const top = 2.515517 + tail * (0.802853 + tail * 0.010328);
  const bottom = 1 + tail * (1.432788 + tail * (0.189269 + tail * 0.001308));
  const value = tail - top / bottom;
  return p < 0.5 ? -value : value;
}
