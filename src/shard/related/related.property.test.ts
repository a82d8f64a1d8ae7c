/**
 * Shards of two datasets with two relations between them, against a model: random writes, moves, deletions, edits of
 * segments, lost calls, crashes, days that pass. What was acknowledged is seen at once; after a crash, once alarms have
 * rung.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Field, Query, Rule } from "../../engine/index.ts";
import { unwrap } from "../../platform/problem.ts";
import { budgets, RelatedWorld } from "./testing.ts";

const CUSTOMERS: Field[] = [
  { id: 0, name: "id", type: "text" },
  { id: 1, name: "state", type: "text" },
];
const PURCHASES: Field[] = [
  { id: 0, name: "id", type: "text" },
  { id: 1, name: "buyer", type: "text" },
  { id: 2, name: "gift_to", type: "text" },
  { id: 3, name: "amount", type: "number" },
  { id: 4, name: "bought_on", type: "date" },
];
const [AMOUNT, BOUGHT_ON] = [3, 4];

interface Purchase {
  readonly key: string;
  readonly buyer: string | null;
  readonly gift_to: string | null;
  readonly amount: number | null;
  readonly bought_on: string | null;
}
type Customer = { readonly state: string | null };

/** What a segment of customers asks of the purchases of one, and the same for the model. */
interface Ask {
  readonly rule: Rule;
  judge(purchases: readonly Purchase[], today: string): boolean;
}

const all: Query = { combinator: "and", rules: [] };
const overRule = (value: number): Query => ({
  combinator: "and",
  rules: [{ field: AMOUNT, operator: "greater_than", value }],
});
const isOver = (value: number) => (one: Purchase) => one.amount !== null && one.amount > value;

function askAny(related: string, over: number): Ask {
  return {
    rule: { related, quantifier: "any", where: overRule(over) },
    judge: (purchases) => purchases.some(isOver(over)),
  };
}

function askAll(related: string, over: number): Ask {
  return {
    rule: { related, quantifier: "all", where: overRule(over) },
    judge: (purchases) => purchases.every(isOver(over)),
  };
}

function askSum(related: string, days: number, value: number): Ask {
  const within = { field: BOUGHT_ON, last: { n: days, unit: "day" as const } };
  return {
    rule: { related, aggregate: "sum", of: AMOUNT, where: all, within, operator: "greater_or_equal", value },
    judge: (purchases, today) => {
      const recent = purchases.filter(({ bought_on }) => bought_on !== null && isLast(bought_on, days, today));
      return recent.reduce((sum, { amount }) => sum + Math.round((amount ?? 0) * 10), 0) / 10 >= value;
    },
  };
}

function askLast(related: string, value: number): Ask {
  return {
    rule: { related, aggregate: "last", of: AMOUNT, order_by: BOUGHT_ON, where: all, operator: "equals", value },
    judge: (purchases) => {
      const dated = purchases.filter(({ bought_on }) => bought_on !== null);
      dated.sort((a, b) => (`${a.bought_on} ${a.key}` < `${b.bought_on} ${b.key}` ? -1 : 1));
      return dated.at(-1)?.amount === value;
    },
  };
}

function askAverage(related: string, value: number): Ask {
  return {
    rule: { related, aggregate: "average", of: AMOUNT, where: all, operator: "less_or_equal", value },
    judge: (purchases) => {
      const amounts = purchases.flatMap(({ amount }) => (amount === null ? [] : [Math.round(amount * 10)]));
      return amounts.length > 0 && amounts.reduce((sum, n) => sum + n, 0) / (10 * amounts.length) <= value;
    },
  };
}

function isLast(date: string, days: number, today: string): boolean {
  const age = (Date.parse(today) - Date.parse(date)) / 86_400_000;
  return age >= 0 && age < days;
}

const relations = fc.constantFrom("rel_buyer", "rel_gift");
const asks = fc.oneof(
  fc.tuple(relations, fc.integer({ min: 0, max: 4 })).map(([related, over]) => askAny(related, over)),
  fc.tuple(relations, fc.integer({ min: 0, max: 4 })).map(([related, over]) => askAll(related, over)),
  fc
    .tuple(relations, fc.integer({ min: 1, max: 3 }), fc.constantFrom(0.1, 0.2, 1, 2, 5))
    .map((args) => askSum(...args)),
  fc
    .tuple(relations, fc.integer({ min: 1, max: 3 }), fc.constantFrom(0.1, 0.2, 1, 2, 5))
    .map((args) => askSum(...args)),
  fc.tuple(relations, fc.constantFrom(0.1, 1, 2)).map((args) => askLast(...args)),
  fc.tuple(relations, fc.integer({ min: 0, max: 3 })).map((args) => askAverage(...args)),
);

const customers = fc.constantFrom("ann", "bob", "cid", "dan");
const purchases = fc.constantFrom("p1", "p2", "p3", "p4", "p5");
const states = fc.constantFrom("CA", "NY", null);
const pointers = fc.option(customers, { nil: null });
const purchase = fc.record({
  key: purchases,
  buyer: pointers,
  gift_to: pointers,
  amount: fc.constantFrom(null, 0.1, 0.2, 1, 2, 5),
  bought_on: fc.constantFrom(null, "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"),
});
const steps = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("customer" as const), key: customers, state: states }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("purchase" as const),
      rows: fc.uniqueArray(purchase, { minLength: 1, maxLength: 3, selector: ({ key }) => key }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("leave" as const), key: customers }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("return" as const), key: purchases }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("segment" as const), id: fc.constantFrom("s1", "s2"), ask: asks }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), shard: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("lose" as const),
      after: fc.boolean(),
      nth: fc.nat(3),
      crash: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("day" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("settle" as const) }) },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly world = new RelatedWorld();
  readonly customers = new Map<string, Customer>();
  readonly purchases = new Map<string, Purchase>();
  readonly asks = new Map<string, Ask>();
  comparisons = 0;
  losses = 0;
  /** Something was cut off: what is true is known again once alarms have rung. */
  #shaken = false;

  constructor() {
    this.world.dataset({ dataset_id: "customers", shard_count: 2, fields: CUSTOMERS, segments: [] });
    this.world.dataset({ dataset_id: "purchases", shard_count: 2, fields: PURCHASES, segments: [] });
    const ends = { from: "purchases", to: "customers" };
    this.world.relate({ id: "rel_buyer", field: 1, ...ends, name: "buyer", reverse_name: "bought", numbers: [0, 0] });
    this.world.relate({ id: "rel_gift", field: 2, ...ends, name: "gift", reverse_name: "gifts", numbers: [1, 1] });
    this.world.wantLookups("rel_buyer");
    const rules = [{ via: "rel_buyer", field: 1, operator: "equals", value: "CA" }];
    this.world.segment("purchases", "from_ca", { combinator: "and", rules });
  }

  async step(step: Step): Promise<void> {
    const { world } = this;
    switch (step.do) {
      case "customer":
        this.customers.set(step.key, { state: step.state });
        await this.#attempt(() => world.write("customers", [[step.key, step.state]]));
        break;
      case "purchase":
        for (const row of step.rows) this.purchases.set(row.key, row);
        await this.#attempt(() =>
          world.write(
            "purchases",
            step.rows.map((row) => [row.key, row.buyer, row.gift_to, row.amount, row.bought_on] as const),
          ),
        );
        break;
      case "leave":
        this.customers.delete(step.key);
        await this.#attempt(() => world.remove("customers", [step.key]));
        break;
      case "return":
        this.purchases.delete(step.key);
        await this.#attempt(() => world.remove("purchases", [step.key]));
        break;
      case "segment":
        this.asks.set(step.id, step.ask);
        world.segment("customers", step.id, { combinator: "and", rules: [step.ask.rule] });
        break;
      case "crash":
        world.shard(step.shard < 2 ? "customers" : "purchases", step.shard % 2).crash();
        this.#shaken = true;
        break;
      case "lose":
        this.#loseNext(step);
        break;
      case "day":
        world.clock.advance(86_400_000);
        break;
      case "settle":
        await this.settle();
    }
    await this.#compare();
  }

  /** A later call between shards gets lost, on its way there or back; its sender may crash with it. */
  #loseNext({ after, nth, crash }: { after: boolean; nth: number; crash: boolean }): void {
    let calls = 0;
    this.world.fault = (call) => {
      if (!call.startsWith(after ? "after" : "before") || calls++ < nth) return;
      this.world.fault = () => {};
      this.losses++;
      if (crash) {
        const dataset = call.endsWith("lookupIn") ? "customers" : "purchases";
        for (const host of this.world.shardsOf(dataset)) host.crash();
        this.#shaken = true;
      }
      throw new Error("lost");
    };
  }

  /** A write that a crash cut off was made or not: it is made again, as its writer would. */
  async #attempt(write: () => Promise<void>): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await write();
        return;
      } catch (error) {
        this.#shaken = true;
        if (tries === 3) throw error;
      }
    }
  }

  async settle(): Promise<void> {
    this.world.fault = () => {};
    for (let round = 0; round < 3; round++) await this.world.settle("customers", "purchases");
    this.#shaken = false;
  }

  async #compare(): Promise<void> {
    if (this.#shaken) return;
    const today = new Date(this.world.clock.now()).toISOString().slice(0, 10);
    for (const [id, ask] of this.asks) {
      if (!(await this.#isLive("customers", id))) continue;
      const side = "related" in ask.rule && ask.rule.related === "rel_buyer" ? "buyer" : "gift_to";
      const expected = [...this.customers.keys()].filter((key) =>
        ask.judge(
          [...this.purchases.values()].filter((one) => one[side] === key),
          today,
        ),
      );
      expect(await this.world.members("customers", id)).toEqual(expected.sort());
      const query: Query = { combinator: "and", rules: [ask.rule] };
      expect(await this.world.matching("customers", query)).toEqual(expected);
      this.comparisons++;
    }
  }

  async #isLive(dataset: string, id: string): Promise<boolean> {
    for (const { object } of this.world.shardsOf(dataset)) {
      const [state] = unwrap(await object.states({ version: this.world.version, segment_ids: [id] }));
      if (state?.status !== "live") return false;
    }
    return true;
  }

  async finish(): Promise<void> {
    await this.settle();
    await this.#compare();
    const expected = [...this.purchases.values()]
      .filter(({ buyer }) => buyer !== null && this.customers.get(buyer)?.state === "CA")
      .map(({ key }) => key)
      .sort();
    expect(await this.world.members("purchases", "from_ca")).toEqual(expected);
    const rules = [{ via: "rel_buyer", field: 1, operator: "equals", value: "CA" }];
    expect(await this.world.matching("purchases", { combinator: "and", rules })).toEqual(expected);
  }
}

test("R1 R2 R4 R5 R6 R11 random writes, moves, losses and crashes: what follows from related records stays exact", async () => {
  let comparisons = 0;
  let losses = 0;
  await fc.assert(
    fc.asyncProperty(budgets, fc.array(steps, { minLength: 8, maxLength: 30 }), async (bytes, script) => {
      const run = new Run();
      run.world.columnBytes = bytes;
      await run.settle();
      for (const step of script) await run.step(step);
      await run.finish();
      comparisons += run.comparisons;
      losses += run.losses;
    }),
    { numRuns: 100 },
  );
  // The scripts must lead to live segments and to lost calls, else nothing was compared.
  expect(comparisons).toBeGreaterThan(200);
  expect(losses).toBeGreaterThan(20);
}, 120_000);
