/**
 * A shard against a model: random writes, deletions, edits of segments, alarms, crashes. After every step
 * each live membership equals the query over the model's rows, and clients that follow deltas agree.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Clock } from "../deliver/testing/object-host.ts";
import type { Field, Query } from "../engine/index.ts";
import { unwrap } from "../platform/problem.ts";
import type { Catalogue } from "./interface.ts";
import { budgets, shardAlone } from "./related/testing.ts";
import { Follower } from "./testing/follower.ts";

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
const write = fc.record({
  do: fc.constant("write" as const),
  rows: fc.array(fc.tuple(keys, cells), { minLength: 1, maxLength: 4 }),
});
const remove = fc.record({ do: fc.constant("remove" as const), keys: fc.array(keys, { minLength: 1, maxLength: 2 }) });
const edit = { id: fc.constantFrom("s1", "s2"), told: fc.boolean() };
const define = fc.record({ do: fc.constant("segment" as const), ...edit, rule: rules });
const drop = fc.record({ do: fc.constant("drop" as const), ...edit });
const alarm = fc.record({ do: fc.constant("alarm" as const) });
const crash = fc.record({ do: fc.constant("crash" as const) });
const poll = fc.record({ do: fc.constant("poll" as const), limit: fc.integer({ min: 1, max: 4 }) });
const reread = fc.record({ do: fc.constant("reread" as const) });
const steps = fc.oneof(
  { weight: 6, arbitrary: write },
  { weight: 2, arbitrary: remove },
  { weight: 2, arbitrary: define },
  { weight: 1, arbitrary: drop },
  { weight: 3, arbitrary: alarm },
  { weight: 2, arbitrary: crash },
  { weight: 4, arbitrary: poll },
);
/** Readers that follow slowly, page by page, while records come and go: a member is who is red. */
const whoIsRed = { colour: "red", over: 9, any: true, not: false } as const;
const recolour = fc.record({
  do: fc.constant("write" as const),
  rows: fc.array(fc.tuple(keys, fc.record({ colour: fc.constantFrom("red", "green"), size: sizes })), {
    minLength: 1,
    maxLength: 2,
  }),
});
const readings = fc.oneof(
  { weight: 6, arbitrary: recolour },
  { weight: 2, arbitrary: remove },
  { weight: 6, arbitrary: poll },
  { weight: 2, arbitrary: reread },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T | { do: "reread" } : never;

class Run {
  readonly columnBytes: number;
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
  readonly host = shardAlone(
    this.clock,
    () => this.catalogue,
    () => this.columnBytes,
  );
  readonly followers = new Map<string, Follower>();
  versions = 0;
  comparisons = 0;

  constructor(columnBytes: number) {
    this.columnBytes = columnBytes;
  }

  get version() {
    return this.catalogue.version;
  }

  async step(step: Step): Promise<void> {
    this.clock.advance(7);
    if (step.do === "write") await this.#write(step.rows);
    else if (step.do === "remove") await this.#remove(step.keys);
    else if (step.do === "segment") await this.#define(step.id, step.rule, step.told);
    else if (step.do === "drop") await this.#define(step.id, null, step.told);
    else if (step.do === "alarm") await this.host.object.alarm();
    else if (step.do === "crash") this.host.crash();
    else if (step.do === "reread") this.followers.clear();
    else await this.#poll(step.limit);
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

  /** `told`: the shard hears what the edit was; else that there was one, at its next call. */
  async #define(id: string, rule: Rule | null, told: boolean): Promise<void> {
    const others = this.catalogue.segments.filter((segment) => segment.id !== id);
    const isNew = others.length === this.catalogue.segments.length;
    const segment = rule && { id, version: ++this.versions, query: queryOf(rule) };
    this.catalogue = {
      ...this.catalogue,
      ...{ version: this.version + 1, segments: segment ? [...others, segment] : others },
    };
    const edit = segment === null ? { removed: id } : isNew ? { added: segment } : { edited: segment };
    if (told) unwrap(await this.host.object.refresh({ version: this.version, edit }));
    if (rule) this.model.segments.set(id, rule);
    else {
      this.model.segments.delete(id);
      this.followers.delete(id);
    }
  }

  async #poll(limit: number): Promise<void> {
    for (const id of this.model.segments.keys()) {
      const follower = this.followers.get(id) ?? new Follower(id, [1, 2]);
      this.followers.set(id, follower);
      const polled = await follower.poll(this.host.object, this.version, limit);
      if (!polled.ok) expect(polled.problem.code).toBe("segment_computing");
    }
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
    await this.#poll(2);
    for (const [id, follower] of this.followers) {
      const poll = async () => unwrap(await follower.poll(this.host.object, this.version, 2));
      while (await poll());
      const page = unwrap(
        await this.host.object.members({ version: this.version, segment_id: id, after: -1, limit: 100 }),
      );
      const told = [...follower.members].sort(([a], [b]) => (a < b ? -1 : 1));
      const held = page.records.map(({ key, cells }) => [key, cells] as const).sort(([a], [b]) => (a < b ? -1 : 1));
      expect(told).toEqual(held);
    }
    await this.#compare();
  }
}

test("S5 S6 S10 random writes, edits, alarms and crashes: memberships, counts and followers stay exact", async () => {
  let comparisons = 0;
  await fc.assert(
    fc.asyncProperty(budgets, fc.array(steps, { minLength: 5, maxLength: 60, size: "max" }), async (bytes, script) => {
      const run = new Run(bytes);
      for (const step of script) await run.step(step);
      await run.finish();
      comparisons += run.comparisons;
    }),
    { numRuns: 150 },
  );
  // The script generator must lead to live segments, else nothing was compared.
  expect(comparisons).toBeGreaterThan(200);
}, 120_000);

test("S10 S36 S37 readers of snapshots and deltas in small pages end with the exact members and cells", async () => {
  const scripts = fc.array(readings, { maxLength: 80, size: "max" });
  await fc.assert(
    fc.asyncProperty(budgets, scripts, async (bytes, script) => {
      const run = new Run(bytes);
      await run.step({ do: "segment", id: "s1", rule: whoIsRed, told: false });
      for (const step of script) await run.step(step);
      await run.finish();
      expect(run.followers.size).toBe(1);
    }),
    { numRuns: 200 },
  );
}, 120_000);
