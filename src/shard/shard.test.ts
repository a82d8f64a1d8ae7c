import { beforeEach, expect, test } from "vitest";
import { Clock, ObjectHost } from "../deliver/testing/object-host.ts";
import type { Field, Query } from "../engine/index.ts";
import { unwrap } from "../platform/problem.ts";
import type {
  Announcement,
  ApplyRequest,
  Catalogue,
  CatalogueSegment,
  DeltaPage,
  DeltaPosition,
  RowWrite,
  SegmentEdit,
} from "./interface.ts";
import { portsAlone } from "./related/testing.ts";
import { ShardObject } from "./shard.ts";

const FIELDS: Field[] = [
  { id: 0, name: "id", type: "text" },
  { id: 1, name: "state", type: "text" },
  { id: 2, name: "spend", type: "number" },
];
const STATE = 1;
const SPEND = 2;

const inState = (value: string): Query => ({ combinator: "and", rules: [{ field: STATE, operator: "equals", value }] });
const spendsOver = (value: number): Query => ({
  combinator: "and",
  rules: [{ field: SPEND, operator: "greater_than", value }],
});

let world: World;

class World {
  readonly clock = new Clock();
  readonly announced: Announcement[] = [];
  loads = 0;
  feedIsDown = false;
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
  readonly host = new ObjectHost("ds_1/0", this.clock, (state) => new ShardObject(state, this.#ports()));

  #ports() {
    return {
      ...portsAlone(this.clock, () => {
        this.loads++;
        return this.catalogue;
      }),
      announce: async (announcement: Announcement) => {
        if (this.feedIsDown) throw new Error("the feed is down");
        this.announced.push(announcement);
      },
    };
  }

  get shard(): ShardObject {
    return this.host.object;
  }

  get version(): number {
    return this.catalogue.version;
  }

  async segment(id: string, query: Query | null): Promise<void> {
    const others = this.catalogue.segments.filter((segment) => segment.id !== id);
    const version = (this.catalogue.segments.find((segment) => segment.id === id)?.version ?? 0) + 1;
    const segments = query ? [...others, { id, version, query }] : others;
    this.catalogue = { ...this.catalogue, version: this.version + 1, segments };
    unwrap(await this.shard.stats({ version: this.version })); // loads the catalogue, computes nothing yet
  }

  /** Lets the alarm compute what is due. */
  async settle(): Promise<void> {
    await this.shard.alarm();
    await this.host.quiet();
  }

  async apply(rows: RowWrite[], more: Partial<ApplyRequest> = {}) {
    this.clock.advance(10);
    return unwrap(await this.shard.apply({ version: this.version, mode: "upsert", rows, ...more }));
  }

  async members(segment_id: string): Promise<string[]> {
    const page = unwrap(await this.shard.members({ version: this.version, segment_id, after: -1, limit: 1000 }));
    return page.records.map((record) => record.key);
  }

  async verify(segment_id: string) {
    return unwrap(await this.shard.verify({ version: this.version, segment_id, limit: 100 }));
  }

  async deltas(segment_id: string, at: number | DeltaPosition, more: { limit?: number; watch?: number[] } = {}) {
    const from = typeof at === "number" ? { seq: at, watched: at, shown: at } : at;
    return this.shard.deltas({ version: this.version, segment_id, from, limit: 1000, watch: [], ...more });
  }
}

const row = (key: string, state: string | null, spend: number | null): RowWrite => ({
  key,
  cells: [
    [0, key],
    [STATE, state],
    [SPEND, spend],
  ],
});

beforeEach(() => {
  world = new World();
});

test("S1 an upsert sets the fields it names and leaves the others", async () => {
  await world.apply([row("a", "CA", 10)]);
  const answer = await world.apply([{ key: "a", cells: [[SPEND, 20]] }]);
  expect(answer).toMatchObject({ added: 0, updated: 1, unchanged: 0 });
  await world.apply([{ key: "a", cells: [[STATE, null]] }]);
  const found = unwrap(await world.shard.get({ version: 1, key: "a" }));
  expect(found?.record.cells).toEqual(["a", null, 20]);
});

test("S2 a write that changes no value writes no log entry", async () => {
  const first = await world.apply([row("a", "CA", 10)]);
  const second = await world.apply([{ key: "a", cells: [[SPEND, "10.0"]] }]);
  expect(second).toMatchObject({ added: 0, updated: 0, unchanged: 1, seq: first.seq });
});

test("S3 append rejects a key that is there, and writes the others", async () => {
  await world.apply([row("a", "CA", 10)]);
  const answer = await world.apply([row("a", "NY", 1), row("b", "NY", 2), row("b", "NY", 3)], { mode: "append" });
  expect(answer).toMatchObject({ added: 1, updated: 0 });
  expect(answer.rejected.map(({ index, code }) => [index, code])).toEqual([
    [0, "duplicate_key"],
    [2, "duplicate_key"],
  ]);
});

test("S27 update changes a record that is there and never makes one", async () => {
  await world.apply([row("a", "CA", 10)]);
  const answer = await world.apply([{ key: "a", cells: [[SPEND, 11]] }, row("b", "NY", 2)], { mode: "update" });
  expect(answer).toMatchObject({ added: 0, updated: 1, rejected: [{ index: 1, code: "record_not_found" }] });
});

test("S4 a key that repeats within a batch: the last row wins, each row counts once", async () => {
  const answer = await world.apply([row("a", "CA", 1), row("a", "NY", 2), row("a", "NY", 2)]);
  expect(answer).toMatchObject({ added: 1, updated: 1, unchanged: 1 });
  expect(unwrap(await world.shard.get({ version: 1, key: "a" }))?.record.cells).toEqual(["a", "NY", 2]);
});

test("S5 a change moves the record into and out of its segments", async () => {
  await world.apply([row("a", "CA", 10), row("b", "NY", 90)]);
  await world.segment("seg_ca", inState("CA"));
  await world.segment("seg_big", spendsOver(50));
  await world.settle();
  expect(await world.members("seg_ca")).toEqual(["a"]);
  await world.apply([
    { key: "a", cells: [[STATE, "NY"]] },
    { key: "b", cells: [[STATE, "ca"]] },
  ]);
  expect(await world.members("seg_ca")).toEqual(["b"]);
  expect(unwrap(await world.shard.get({ version: world.version, key: "b" }))?.segments.toSorted()).toEqual([
    "seg_big",
    "seg_ca",
  ]);
  expect(await world.verify("seg_ca")).toEqual({ checked: 2, missing: [], extra: [] });
});

test("S7 a deleted record leaves every segment, and its key can be used again", async () => {
  await world.apply([row("a", "CA", 10)]);
  await world.segment("seg_ca", inState("CA"));
  await world.settle();
  unwrap(await world.shard.remove({ version: world.version, keys: ["a", "nobody"] }));
  expect(await world.members("seg_ca")).toEqual([]);
  expect(unwrap(await world.shard.get({ version: world.version, key: "a" }))).toBeNull();
  await world.apply([row("a", "CA", 1)]);
  expect(await world.members("seg_ca")).toEqual(["a"]);
  world.host.crash();
  expect(await world.members("seg_ca")).toEqual(["a"]);
});

test("S8 a new segment is computed and live without an entry for each member; an edit logs its entries and exits", async () => {
  await world.apply([row("a", "CA", 10), row("b", "NY", 90)]);
  await world.segment("seg", inState("CA"));
  const early = await world.shard.members({ version: world.version, segment_id: "seg", after: -1, limit: 10 });
  expect(early).toMatchObject({ ok: false, problem: { code: "segment_computing", status: 409 } });
  await world.settle();
  const live = unwrap(await world.shard.members({ version: world.version, segment_id: "seg", after: -1, limit: 0 }));
  expect(unwrap(await world.deltas("seg", live.seq))).toMatchObject({ entered: [], left: [], has_more: false });
  await world.segment("seg", spendsOver(50));
  await world.settle();
  const page = unwrap(await world.deltas("seg", live.seq));
  expect(page.entered.map(({ key }) => key)).toEqual(["b"]);
  expect(page.left).toEqual([{ key: "a" }]);
});

test("S30 a segment over no rows is live before the first row comes, and follows it", async () => {
  await world.segment("seg", inState("CA"));
  unwrap(await world.shard.stats({ version: world.version }));
  const [state] = unwrap(await world.shard.states({ version: world.version, segment_ids: ["seg"] }));
  expect(state).toMatchObject({ status: "live", count: 0 });
  await world.apply([row("a", "CA", 10), row("b", "NY", 90)]);
  expect(await world.members("seg")).toEqual(["a"]);
  world.host.crash();
  expect(await world.members("seg")).toEqual(["a"]);
});

test("S9 while a segment is computed again its old membership is served", async () => {
  await world.apply([row("a", "CA", 10), row("b", "NY", 90)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  await world.segment("seg", spendsOver(50));
  expect(await world.members("seg")).toEqual(["a"]);
  const [state] = unwrap(await world.shard.states({ version: world.version, segment_ids: ["seg"] }));
  expect(state).toMatchObject({ status: "computing", version: 2, count: 1 });
  await world.settle();
  expect(await world.members("seg")).toEqual(["b"]);
});

test("S11 a record that left and came back within a page is in neither list", async () => {
  await world.apply([row("a", "CA", 10), row("b", "NY", 1)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  const { seq } = unwrap(await world.shard.members({ version: world.version, segment_id: "seg", after: -1, limit: 0 }));
  await world.apply([
    { key: "a", cells: [[STATE, "NY"]] },
    { key: "b", cells: [[STATE, "CA"]] },
  ]);
  await world.apply([
    { key: "a", cells: [[STATE, "CA"]] },
    { key: "b", cells: [[STATE, "NY"]] },
  ]);
  expect(unwrap(await world.deltas("seg", seq))).toMatchObject({ entered: [], left: [] });
  unwrap(await world.shard.remove({ version: world.version, keys: ["a"] }));
  await world.apply([row("a", "CA", 11)]);
  const page = unwrap(await world.deltas("seg", seq));
  expect(page).toMatchObject({ entered: [], left: [], updated: [{ key: "a" }] });
});

test("S12 a position that the log does not reach answers resync_required", async () => {
  await world.apply([row("a", "CA", 10)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  for (const seq of [0, 999]) {
    expect(await world.deltas("seg", seq)).toMatchObject({
      ok: false,
      problem: { code: "resync_required", status: 410 },
    });
  }
});

test("S13 a repeated batch of an import answers as the first time and writes nothing", async () => {
  const source = { id: "imp_1", batch: 0, remember_seen: false, assign_occurrence: false };
  const first = await world.apply([row("a", "CA", 10)], { import: source });
  world.host.crash();
  const again = await world.apply([row("a", "CA", 10)], { import: source });
  expect(again).toEqual(first);
  const next = await world.apply([row("a", "CA", 10)], { import: { ...source, batch: 1 } });
  expect(next).toMatchObject({ added: 0, unchanged: 1 });
});

test("S14 what an import has not seen can be counted and removed", async () => {
  await world.apply([row("a", "CA", 1), row("b", "CA", 2), row("c", "CA", 3)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  const source = { id: "imp_1", batch: 0, remember_seen: true, assign_occurrence: false };
  await world.apply([row("b", "CA", 2), row("d", "CA", 4)], { import: source });
  world.host.crash();
  expect(unwrap(await world.shard.unseen({ version: world.version, import_id: "imp_1" }))).toEqual({
    unseen: 2,
    total: 4,
  });
  const removal = unwrap(await world.shard.removeUnseen({ version: world.version, import_id: "imp_1", from: 0 }));
  expect(removal).toEqual({ removed: 2, next: null });
  expect(await world.members("seg")).toEqual(["b", "d"]);
});

test("S15 equal rows of a file without a key are told apart, and importing them again changes nothing", async () => {
  const source = (id: string, batch: number) => ({ id, batch, remember_seen: false, assign_occurrence: true });
  const equal: RowWrite = { key: "f00", cells: [[STATE, "CA"]] };
  await world.apply([equal, equal], { import: source("imp_1", 0) });
  const third = await world.apply([equal], { import: source("imp_1", 1) });
  expect(third).toMatchObject({ added: 1, unchanged: 0 });
  const again = await world.apply([equal, equal, equal], { import: source("imp_2", 0) });
  expect(again).toMatchObject({ added: 0, unchanged: 3 });
});

test("S16 verify names every record whose membership differs from its query", async () => {
  await world.apply([row("a", "CA", 10), row("b", "CA", 1), row("c", "NY", 1)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  // Nobody can make the shard wrong from outside: a stored checkpoint is spoilt behind its back.
  world.host.crash();
  world.host.rows("DELETE FROM memberships");
  expect(await world.verify("seg")).toEqual({ checked: 3, missing: ["a", "b"], extra: [] });
});

test("S17 a cancelled first computation ends as cancelled; saving the segment again computes it", async () => {
  await world.apply([row("a", "CA", 10)]);
  await world.segment("seg", inState("CA"));
  unwrap(await world.shard.cancel({ version: world.version, segment_id: "seg" }));
  await world.settle();
  const [state] = unwrap(await world.shard.states({ version: world.version, segment_ids: ["seg"] }));
  expect(state?.status).toBe("cancelled");
  await world.segment("seg", inState("CA"));
  await world.settle();
  expect(await world.members("seg")).toEqual(["a"]);
});

test("S20 entries older than 14 days are dropped; memberships and row numbers stay right", async () => {
  await world.apply([row("a", "CA", 1), row("b", "CA", 2)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  const { seq } = unwrap(await world.shard.members({ version: world.version, segment_id: "seg", after: -1, limit: 0 }));
  await world.apply([row("c", "CA", 3)]);
  unwrap(await world.shard.remove({ version: world.version, keys: ["a", "c"] }));
  world.clock.advance(15 * 86_400_000);
  await world.apply([{ key: "b", cells: [[SPEND, 9]] }]);
  await world.settle();
  expect(await world.deltas("seg", seq)).toMatchObject({ ok: false, problem: { code: "resync_required" } });
  world.host.crash();
  expect(await world.members("seg")).toEqual(["b"]);
  await world.apply([row("a", "CA", 5)]);
  expect(await world.members("seg")).toEqual(["b", "a"]);
  expect(world.host.rows("SELECT row, key FROM rows ORDER BY row")).toEqual([
    { row: 1, key: "b" },
    { row: 2, key: "c" },
    { row: 3, key: "a" },
  ]);
});

test("S18 what was announced is announced again until it is acknowledged, after a restart too", async () => {
  await world.apply([row("a", "CA", 10)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  world.feedIsDown = true;
  await world.apply([row("b", "CA", 10)]);
  await world.host.quiet();
  expect(world.host.alarmAt).not.toBeNull();
  world.host.crash();
  world.feedIsDown = false;
  await world.settle();
  expect(world.announced.at(-1)).toMatchObject({
    record_count: 2,
    segments: [{ segment_id: "seg", count: 2, status: "live" }],
  });
});

test("S21 a batch that changes very many fields is written, and deltas tell of every row", async () => {
  const fields = Array.from({ length: 200 }, (_, id): Field => ({ id, name: `f${id}`, type: "text" }));
  world.catalogue = { ...world.catalogue, fields };
  const keys = Array.from({ length: 5000 }, (_, n) => `k${n}`);
  const ids = fields.slice(1).map((field) => field.id);
  await world.apply([], { rows: { keys, fields: [0], cells: keys } });
  await world.segment("seg_all", { combinator: "and", rules: [] });
  await world.settle();
  const { seq } = unwrap(await world.shard.stats({ version: world.version }));
  await world.apply([], { rows: { keys, fields: ids, cells: keys.flatMap(() => ids.map(() => "x")) } });
  const told = new Set<string>();
  for (let at: number | DeltaPosition = seq, more = true; more; ) {
    const page: DeltaPage = unwrap(await world.deltas("seg_all", at, { watch: [199] }));
    for (const record of page.updated) told.add(record.key);
    [at, more] = [page.position, page.has_more];
  }
  expect(told.size).toBe(5000);
});

test("S22 a record too large for the database is rejected alone", async () => {
  const large = "\u6f22".repeat(900_000); // three bytes each
  const answer = await world.apply([row("a", large, 1), row("b", "NY", 2)]);
  expect(answer.rejected.map(({ index, code }) => [index, code])).toEqual([[0, "record_too_large"]]);
  expect(answer.added).toBe(1);
  const replace = { id: "imp_1", batch: 0, remember_seen: true, assign_occurrence: false };
  await world.apply([row("b", large, 1)], { import: replace });
  const unseen = await world.shard.unseen({ version: world.version, import_id: "imp_1" });
  expect(unwrap(unseen)).toEqual({ unseen: 0, total: 1 });
});

test("S23 an edit that concerns very many members comes in small pages", async () => {
  await world.apply(Array.from({ length: 7000 }, (_, n) => row(`k${n}`, n % 2 ? "CA" : "NY", 1)));
  await world.segment("seg_1", inState("CA"));
  await world.settle();
  const { seq } = unwrap(await world.shard.stats({ version: world.version }));
  await world.segment("seg_1", inState("NY"));
  await world.settle();
  const seen = { entered: 0, left: 0, largest: 0 };
  for (let at: number | DeltaPosition = seq, more = true; more; ) {
    const page: DeltaPage = unwrap(await world.deltas("seg_1", at));
    seen.entered += page.entered.length;
    seen.left += page.left.length;
    seen.largest = Math.max(seen.largest, page.entered.length + page.left.length);
    [at, more] = [page.position, page.has_more];
  }
  expect(seen).toMatchObject({ entered: 3500, left: 3500 });
  expect(seen.largest).toBeLessThanOrEqual(3000);
});

test("S13 a batch that was thought lost and comes late writes nothing", async () => {
  const importing = (batch: number) => ({
    import: { id: "imp_1", batch, remember_seen: false, assign_occurrence: false },
  });
  await world.apply([row("a", "CA", 1)], importing(0));
  await world.apply([row("a", "NY", 2)], importing(1));
  await world.apply([row("a", "CA", 1)], importing(0));
  expect(unwrap(await world.shard.get({ version: 1, key: "a" }))?.record.cells).toEqual(["a", "NY", 2]);
});

test("S15 very many equal rows are told apart, batch after batch, and again", async () => {
  const rows = Array.from({ length: 700 }, () => row("h", "CA", 1));
  const batch = (id: string, batch: number) => ({
    import: { id, batch, remember_seen: false, assign_occurrence: true },
  });
  for (const n of [0, 1, 2]) expect(await world.apply(rows, batch("imp_1", n))).toMatchObject({ added: 700 });
  for (const n of [0, 1, 2]) expect(await world.apply(rows, batch("imp_2", n))).toMatchObject({ unchanged: 700 });
  expect(unwrap(await world.shard.get({ version: 1, key: "h.2100" }))).not.toBeNull();
  expect(unwrap(await world.shard.stats({ version: 1 })).record_count).toBe(2100);
});

test("S24 computed_at is when the count last changed or was verified, after a restart too", async () => {
  await world.apply([row("a", "CA", 10)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  await world.apply([row("b", "CA", 10)]);
  const at = async () =>
    unwrap(await world.shard.states({ version: world.version, segment_ids: ["seg"] }))[0]?.computed_at;
  const changed = world.clock.now();
  expect(await at()).toBe(changed);
  world.host.crash();
  expect(await at()).toBe(changed);
  world.clock.advance(1000);
  await world.verify("seg");
  expect(await at()).toBe(changed + 1000);
});

test("S25 a shard whose dataset was deleted does nothing more", async () => {
  await world.apply([row("a", "CA", 10)]);
  await world.segment("seg", inState("CA"));
  await world.shard.destroy();
  await world.settle();
  expect(await world.shard.stats({ version: world.version })).toMatchObject({ problem: { code: "dataset_not_found" } });
  expect(world.host.alarmAt).toBeNull();
});

test("S26 a version that gives the same members is announced", async () => {
  await world.apply([row("a", "CA", 10)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  await world.segment("seg", inState("CA"));
  await world.host.quiet();
  expect(world.announced.at(-1)?.segments).toMatchObject([{ segment_id: "seg", version: 2, status: "live", count: 1 }]);
});

test("S29 members and deltas carry the fields asked for", async () => {
  await world.apply([row("a", "CA", 10)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  const request = { version: world.version, segment_id: "seg", after: -1, limit: 10 };
  const some = unwrap(await world.shard.members({ ...request, fields: [STATE] }));
  expect(some.records.map((record) => record.cells)).toEqual([[null, "CA"]]);
  expect(unwrap(await world.shard.members(request)).records[0]?.cells).toEqual(["a", "CA", 10]);
  await world.apply([row("b", "CA", 20)]);
  const from = { seq: some.seq, watched: some.seq, shown: some.seq };
  const deltas = await world.shard.deltas({ ...request, from, watch: [], fields: [SPEND] });
  expect(unwrap(deltas).entered.map((record) => record.cells)).toEqual([[null, null, 20]]);
});

test("S28 after a cancelled edit and a restart the membership follows its older query", async () => {
  await world.apply([row("a", "CA", 10), row("b", "NY", 10)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  await world.segment("seg", inState("NY"));
  unwrap(await world.shard.cancel({ version: world.version, segment_id: "seg" }));
  world.host.crash();
  await world.apply([row("a", "NY", 10), row("c", "CA", 10)]);
  expect(await world.members("seg")).toEqual(["c"]);
  expect(await world.verify("seg")).toEqual({ checked: 3, missing: [], extra: [] });
});

test("S31 texts of a field that becomes a date are read in its format; what does not fit stays", async () => {
  await world.apply([row("a", "03/04/2021", 1), row("b", "soon", 2), row("c", "2021-05-06", 3)]);
  const dated = FIELDS.map((field) =>
    field.id === STATE ? { ...field, type: "date" as const, format: "d/m/y" } : field,
  );
  world.catalogue = { ...world.catalogue, version: world.version + 1, fields: dated };
  const after: Query = { combinator: "and", rules: [{ field: STATE, operator: "after", value: "2021-04-02" }] };
  await world.segment("seg", after);
  await world.settle();
  expect(await world.members("seg")).toEqual(["a", "c"]);
  const cells = async (key: string) =>
    unwrap(await world.shard.get({ version: world.version, key }))?.record.cells[STATE];
  expect([await cells("a"), await cells("b"), await cells("c")]).toEqual(["2021-04-03", "soon", "2021-05-06"]);
  expect(await world.verify("seg")).toMatchObject({ missing: [], extra: [] });
});

test("S32 a change that an earlier page came upon while its record was out is told when the record is back", async () => {
  await world.apply([row("a", "CA", 1), row("b", "CA", 1)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  const { seq } = unwrap(await world.shard.members({ version: world.version, segment_id: "seg", after: -1, limit: 0 }));
  await world.apply([{ key: "a", cells: [[SPEND, 2]] }]);
  await world.apply([{ key: "b", cells: [[STATE, "NY"]] }]);
  await world.apply([{ key: "a", cells: [[STATE, "NY"]] }]);
  const first = unwrap(await world.deltas("seg", seq, { limit: 1, watch: [SPEND] }));
  expect(first).toMatchObject({ entered: [], left: [{ key: "b" }], updated: [], has_more: true });
  await world.apply([{ key: "a", cells: [[STATE, "CA"]] }]);
  const second = unwrap(await world.deltas("seg", first.position, { watch: [SPEND] }));
  expect(second).toMatchObject({ entered: [], left: [], updated: [{ key: "a" }], has_more: false });
});

test("S36 an update is told when entries and exits are told up to now, so that no page shows a member too early", async () => {
  await world.apply([row("a", "CA", 1), row("b", "NY", 1)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  const { seq } = unwrap(await world.shard.members({ version: world.version, segment_id: "seg", after: -1, limit: 0 }));
  await world.apply([{ key: "a", cells: [[STATE, "NY"]] }]);
  await world.apply([
    {
      key: "b",
      cells: [
        [STATE, "CA"],
        [SPEND, 2],
      ],
    },
  ]);
  const first = unwrap(await world.deltas("seg", seq, { limit: 1, watch: [SPEND] }));
  expect(first).toMatchObject({ entered: [], left: [{ key: "a" }], updated: [], has_more: true });
  await world.apply([{ key: "b", cells: [[STATE, "NY"]] }]);
  const second = unwrap(await world.deltas("seg", first.position, { watch: [SPEND] }));
  expect(second).toMatchObject({ entered: [], left: [], updated: [], has_more: false });
});

test("S37 who entered after a snapshot began and was on a later page of it is told to leave", async () => {
  await world.apply([row("a", "CA", 1), row("b", "NY", 1)]);
  await world.segment("seg", inState("CA"));
  await world.settle();
  const request = { version: world.version, segment_id: "seg", limit: 1 };
  const first = unwrap(await world.shard.members({ ...request, after: -1 }));
  await world.apply([{ key: "b", cells: [[STATE, "CA"]] }]);
  const second = unwrap(await world.shard.members({ ...request, after: first.last }));
  expect(second.records.map(({ key }) => key)).toEqual(["b"]);
  await world.apply([{ key: "b", cells: [[STATE, "NY"]] }]);
  const from = { seq: first.seq, watched: first.seq, shown: second.seq };
  expect(unwrap(await world.deltas("seg", from))).toMatchObject({ entered: [], left: [{ key: "b" }] });
});

const memberOf = (segment: string): Query => ({ combinator: "and", rules: [{ segment, operator: "member" }] });

test("S73 S74 an edit of a segment moves those that read it in the same log position, computed together with it", async () => {
  await world.apply([row("a", "CA", 1), row("b", "NY", 9)]);
  await world.segment("inner", inState("CA"));
  await world.segment("outer", memberOf("inner"));
  await world.settle();
  expect(await world.members("outer")).toEqual(["a"]);
  await world.segment("inner", inState("NY"));
  await world.settle();
  expect(await world.members("outer")).toEqual(["b"]);
  await world.apply([row("b", "CA", 9), row("a", "NY", 1)]);
  expect(await world.members("outer")).toEqual(["a"]);
});

test("S74 who reads an edited segment and was edited itself ends with its own newest query", async () => {
  await world.apply([row("a", "CA", 1), row("b", "NY", 9)]);
  await world.segment("inner", inState("CA"));
  await world.segment("outer", memberOf("inner"));
  await world.settle();
  await world.segment("inner", inState("NY"));
  await world.segment("outer", spendsOver(0));
  await world.settle();
  expect(await world.members("outer")).toEqual(["a", "b"]);
  world.host.crash();
  expect(await world.members("outer")).toEqual(["a", "b"]);
  expect(await world.verify("outer")).toMatchObject({ missing: [], extra: [] });
});

test("S55 the news of one edit spare the shard a load; where they do not follow what it has, it loads", async () => {
  await world.apply([{ key: "a", cells: [[STATE, "CA"]] }]);
  await world.segment("seg_1", inState("CA"));
  const { loads } = world;
  const tell = async (edit: SegmentEdit, segments: Catalogue["segments"]) => {
    world.catalogue = { ...world.catalogue, version: world.version + 1, segments };
    unwrap(await world.shard.refresh({ version: world.version, edit }));
  };
  const [first] = world.catalogue.segments as [CatalogueSegment];
  const second = { id: "seg_2", version: 1, query: inState("CA") };
  await tell({ added: second }, [first, second]);
  expect(await world.members("seg_2")).toEqual(["a"]);
  const edited = { ...second, version: 2, query: inState("NY") };
  await tell({ edited }, [first, edited]);
  expect(await world.members("seg_2")).toEqual([]);
  await tell({ removed: "seg_1" }, [edited]);
  expect(unwrap(await world.shard.states({ version: world.version, segment_ids: ["seg_1"] }))).toEqual([]);
  expect(world.loads).toBe(loads);

  world.catalogue = { ...world.catalogue, version: world.version + 1, segments: [edited, first] }; // nobody says so
  const third = { id: "seg_3", version: 1, query: inState("CA") };
  await tell({ added: third }, [edited, first, third]);
  await tell({ edited: { ...first, version: 9 } }, [edited, { ...first, version: 9 }, third]);
  expect(await world.members("seg_1")).toEqual(["a"]);
  expect(await world.members("seg_3")).toEqual(["a"]);
  expect(world.loads).toBe(loads + 1);
  // It was not there, so others may have waited for it: only a load says which.
  const unknown = { id: "seg_4", version: 2, query: inState("CA") };
  await tell({ edited: unknown }, [...world.catalogue.segments, unknown]);
  expect(await world.members("seg_4")).toEqual(["a"]);
  expect(world.loads).toBe(loads + 2);
});
