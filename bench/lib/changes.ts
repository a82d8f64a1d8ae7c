/** Changes of random records: what lines b, c and g write. */
import { ANCHOR, customerId } from "./generate.ts";
import type { Random } from "./random.ts";
import { cityNames, plans, states } from "./words.ts";

type Change = Record<string, string | number | boolean>;
const pick = <T>(random: Random, choices: readonly T[]): T => choices[random.below(choices.length)] as T;
const cents = (random: Random, most: number): number => random.below(most * 100) / 100;

/** One or two fields, as what happens to a customer changes them. */
const KINDS: readonly ((random: Random) => Change)[] = [
  (random) => ({ ltv: cents(random, 900), orders: random.below(40) }),
  (random) => ({ orders: random.below(40) }),
  (random) => ({ last_seen: new Date(ANCHOR - random.below(10_000_000) * 100).toISOString() }),
  (random) => ({ city: pick(random, cityNames), state: pick(random, states) }),
  (random) => ({ plan: pick(random, plans) }),
  (random) => ({ active: random.below(2) === 0 }),
];

export const randomChange = (random: Random): Change => pick(random, KINDS)(random);
export const randomKey = (random: Random, rows: number): string => customerId(random.below(rows));
