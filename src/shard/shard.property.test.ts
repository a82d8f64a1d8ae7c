/**
 * A shard against a model: random writes, deletions, edits of segments, alarms, crashes. After every step
 * each live membership equals the query over the model's rows, and clients that follow deltas agree.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Clock, ObjectHost } from "../deliver/testing/object-host.ts";
import type { Field, Query } from "../engine/index.ts";
import { unwrap } from "../platform/problem.ts";
import type { Catalogue } from "./interface.ts";
import { portsAlone } from "./related/testing.ts";
import { ShardObject } from "./shard.ts";

const FIELDS: Field[] = [
  { id: 0, name: "key", type: "text" },
  { id: 1, name: "colour", type: "text" },
  { id: 2, name: "size", type: "number" },
];

interface Model {
  readonly rows: Map<string, { colour: string | null; size: number | null }>;
  readonly segments: Map<string, Rule>;
}

/** What a segment asks, in a form that the model judges by itself. */
type Rule = { readonly colour: string; readonly over: number; readonly any: boolean; readonly not: boolean };

function judge(rule: Rule, row: { colour: string | null; size: number | null }): boolean {
  const isColour = row.colour === rule.colour;
  const isLarge = row.size !== null && row.size > rule.over;
  const answer = rule.any ? isColour || isLarge : isColour && isLarge;
  return answer !== rule.not;
}

function queryOf(rule: Rule): Query {
  const rules = [
    { field: 1, operator: "equals", value: rule.colour },
    { field: 2, operator: "greater_than", value: rule.over },
  ];
  return { combinator: rule.any ? "or" : "and", rules, ...(rule.not ? { not: true as const } : {}) };
}

const keys = fc.constantFrom("a", "b", "c", "d", "e", "f");
const colours = fc.constantFrom("red", "green", null);
const sizes = fc.option(fc.integer({ min: 0, max: 9 }), { nil: null });
const rules = fc.record({
  colour: fc.constantFrom("red", "green"),
  over: fc.integer({ min: 0, max: 8 }),
  any: fc.boolean(),
  not: fc.boolean(),
});
const cells = fc.record({ colour: colours, size: sizes }, { requiredKeys: [] });
const steps = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      rows: fc.array(fc.tuple(keys, cells), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("remove" as const), keys: fc.array(keys, { minLength: 1, maxLength: 2 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("segment" as const), id: fc.constantFrom("s1", "s2"), rule: rules }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const), id: fc.constantFrom("s1", "s2") }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("alarm" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("poll" as const) }) },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly clock = new Clock();
  readonly model: Model = { rows: new Map(), segments: new Map() };
  catalogue: Catalogue = {
    dataset_id: "ds_1",
    workspace_id: "ws_1",
    version: 1,
    time_zone: "UTC",
    shard_count: 1,
    fields: FIELDS,
    relations: [],
    segments: [],
  };
  readonly host = new ObjectHost(
    "ds_1/0",
    this.clock,
    (state) =>
      new ShardObject(
        state,
        portsAlone(this.clock, () => this.catalogue),
      ),
  );
  /** Followers of deltas: what they believe, and where they stand. */
  readonly followers = new Map<string, { seq: number; members: Set<string> }>();
  versions = 0;
  comparisons = 0;

  get version() {
    return this.catalogue.version;
  }

  async step(step: Step): Promise<void> {
    this.clock.advance(7);
    if (step.do === "write") await this.#write(step.rows);
    else if (step.do === "remove") await this.#remove(step.keys);
    else if (step.do === "segment") this.#define(step.id, step.rule);
    else if (step.do === "drop") this.#define(step.id, null);
    else if (step.do === "alarm") await this.host.object.alarm();
    else if (step.do === "crash") this.host.crash();
    else await this.#poll();
    await this.#compare();
  }

  async #write(rows: readonly (readonly [string, { colour?: string | null; size?: number | null }])[]): Promise<void> {
    const writes = rows.map(([key, { colour, size }]) => ({
      key,
      cells: [[0, key], ...(colour === undefined ? [] : [[1, colour]]), ...(size === undefined ? [] : [[2, size]])] as [
        number,
        string | number | null,
      ][],
    }));
    unwrap(await this.host.object.apply({ version: this.version, mode: "upsert", rows: writes }));
    for (const [key, cells] of rows) {
      const before = this.model.rows.get(key) ?? { colour: null, size: null };
      this.model.rows.set(key, { ...before, ...cells });
    }
  }

  async #remove(keys: readonly string[]): Promise<void> {
    unwrap(await this.host.object.remove({ version: this.version, keys }));
    for (const key of keys) this.model.rows.delete(key);
  }

  #define(id: string, rule: Rule | null): void {
    const others = this.catalogue.segments.filter((segment) => segment.id !== id);
    const segments = rule ? [...others, { id, version: ++this.versions, query: queryOf(rule) }] : others;
    this.catalogue = { ...this.catalogue, version: this.version + 1, segments };
    if (rule) this.model.segments.set(id, rule);
    else {
      this.model.segments.delete(id);
      this.followers.delete(id);
    }
  }

  async #poll(): Promise<void> {
    for (const id of this.model.segments.keys()) {
      const follower = this.followers.get(id);
      if (!follower) await this.#snapshot(id);
      else {
        const page = unwrap(
          await this.host.object.deltas({
            version: this.version,
            segment_id: id,
            seq: follower.seq,
            limit: 3,
            watch: [],
          }),
        );
        for (const { key } of page.left) follower.members.delete(key);
        for (const { key } of page.entered) follower.members.add(key);
        follower.seq = page.seq;
      }
    }
  }

  async #snapshot(id: string): Promise<void> {
    const page = await this.host.object.members({ version: this.version, segment_id: id, after: -1, limit: 100 });
    if (page.ok)
      this.followers.set(id, { seq: page.value.seq, members: new Set(page.value.records.map(({ key }) => key)) });
  }

  async #compare(): Promise<void> {
    const ids = [...this.model.segments.keys()];
    for (const state of unwrap(await this.host.object.states({ version: this.version, segment_ids: ids }))) {
      if (state.status !== "live") continue;
      const rule = this.model.segments.get(state.segment_id) as Rule;
      const expected = [...this.model.rows]
        .filter(([, row]) => judge(rule, row))
        .map(([key]) => key)
        .sort();
      const page = unwrap(
        await this.host.object.members({ version: this.version, segment_id: state.segment_id, after: -1, limit: 100 }),
      );
      expect(page.records.map(({ key }) => key).sort()).toEqual(expected);
      expect(state.count).toBe(expected.length);
      const counted = unwrap(
        await this.host.object.preview({ version: this.version, query: queryOf(rule), sample: 0 }),
      );
      expect(counted).toMatchObject({ count: expected.length, total: this.model.rows.size });
      this.comparisons++;
    }
  }

  /** At the end every follower that polls on arrives at the membership. */
  async finish(): Promise<void> {
    await this.host.object.stats({ version: this.version });
    await this.host.object.alarm();
    await this.#poll();
    for (let i = 0; i < 50; i++) await this.#poll();
    for (const [id, follower] of this.followers) {
      const page = unwrap(
        await this.host.object.members({ version: this.version, segment_id: id, after: -1, limit: 100 }),
      );
      expect([...follower.members].sort()).toEqual(page.records.map(({ key }) => key).sort());
    }
    await this.#compare();
  }
}

test("S5 S6 S10 random writes, edits, alarms and crashes: memberships, counts and followers stay exact", async () => {
  let comparisons = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 40 }), async (script) => {
      const run = new Run();
      for (const step of script) await run.step(step);
      await run.finish();
      comparisons += run.comparisons;
    }),
    { numRuns: 150 },
  );
  // The script generator must lead to live segments, else nothing was compared.
  expect(comparisons).toBeGreaterThan(200);
});
