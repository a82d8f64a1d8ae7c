/**
 * The thousand live segments of lines b, c, e, f and i: distinct, seeded, of every kind that people make, from one
 * record in a hundred thousand to two in five. Windows and formulas are among them where the program has them.
 */
import { ANCHOR } from "./lib/generate.ts";
import { type Random, seeded } from "./lib/random.ts";
import { cityNames, lastNames, mailHosts, plans, states } from "./lib/words.ts";

export interface SegmentQuery {
  readonly name: string;
  readonly query: { readonly combinator: "and" | "or"; readonly rules: readonly object[] };
  readonly needs: "fields" | "windows" | "formulas";
}

const DAY_MS = 86_400_000;
const rule = (field: string, operator: string, value?: unknown) =>
  value === undefined ? { field, operator } : { field, operator, value };
const pick = <T>(random: Random, choices: readonly T[]): T => choices[random.below(choices.length)] as T;
const dayAgo = (days: number): string => new Date(ANCHOR - days * DAY_MS).toISOString().slice(0, 10);

type Kind = readonly [needs: SegmentQuery["needs"], make: (random: Random) => object[]];

/** Each as often as it stands here. */
const KINDS: readonly Kind[] = [
  ["fields", (random) => [rule("city", "equals", pick(random, cityNames))]],
  ["fields", (random) => [rule("city", "equals", pick(random, cityNames)), rule("active", "is_true")]],
  [
    "fields",
    (random) => [rule("city", "in", [pick(random, cityNames), pick(random, cityNames), pick(random, cityNames)])],
  ],
  ["fields", (random) => [rule("state", "equals", pick(random, states)), rule("plan", "equals", pick(random, plans))]],
  [
    "fields",
    (random) => [rule("state", "equals", pick(random, states)), rule("ltv", "greater_than", 10 + random.below(2_000))],
  ],
  ["fields", (random) => [rule("ltv", "greater_than", 50 + random.below(8_000))]],
  [
    "fields",
    (random) => [rule("orders", "greater_or_equal", 20 + random.below(280)), rule("plan", "not_equals", "Free")],
  ],
  ["fields", (random) => quarter(random)],
  ["fields", (random) => [...quarter(random), rule("plan", "in", ["Pro", "Business", "Enterprise"])]],
  [
    "fields",
    (random) => [
      rule("name", "ends_with", ` ${pick(random, lastNames)}`),
      rule("state", "equals", pick(random, states)),
    ],
  ],
  [
    "fields",
    (random) => [rule("email", "contains", `${10 + random.below(90)}@`), rule("state", "equals", pick(random, states))],
  ],
  [
    "fields",
    (random) => [
      rule("email", "ends_with", `@${pick(random, mailHosts)}`),
      rule("ltv", "between", [random.below(50), 60 + random.below(500)]),
    ],
  ],
  [
    "fields",
    (random) => [
      rule("plan", "equals", "Free"),
      rule("state", "not_equals", pick(random, states)),
      rule("orders", "greater_than", random.below(9)),
    ],
  ],
  [
    "windows",
    (random) => [
      rule("last_seen", "in_last", { n: 1 + random.below(90), unit: "day" }),
      rule("state", "equals", pick(random, states)),
    ],
  ],
  [
    "windows",
    (random) => [
      rule("last_seen", "in_last", { n: 1 + random.below(2_000), unit: "hour" }),
      rule("orders", "greater_than", random.below(60)),
    ],
  ],
  [
    "formulas",
    (random) => [
      { formula: `orders > 0 && ltv / orders > ${20 + random.below(400)}` },
      rule("state", "equals", pick(random, states)),
    ],
  ],
];

function quarter(random: Random): object[] {
  const from = random.below(3_500);
  return [rule("signup", "between", [dayAgo(from + 30 + random.below(60)), dayAgo(from)])];
}

/** The first `count`; a kind that the program lacks leaves its place to the others. */
export function segmentQueries(count: number, lacks: ReadonlySet<string> = new Set(), seed = 7): SegmentQuery[] {
  const random = seeded(seed);
  const made = new Map<string, SegmentQuery>();
  while (made.size < count) {
    const [needs, make] = pick(random, KINDS);
    const query = { combinator: "and" as const, rules: make(random) };
    const text = JSON.stringify(query);
    if (!lacks.has(needs) && !made.has(text)) made.set(text, { name: `Segment ${made.size + 1}`, query, needs });
  }
  return [...made.values()];
}
