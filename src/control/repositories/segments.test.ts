import { afterAll, beforeAll, expect, test } from "vitest";
import { runBatch } from "../database.ts";
import { NOW, newTenant, type Tenant, type TestDatabase, testDatabase } from "../testing/database.ts";
import { insertDataset } from "./datasets.ts";
import { insertDestination } from "./destinations.ts";
import {
  findSegment,
  insertSegment,
  listSegments,
  type SegmentFilter,
  type SegmentSort,
  sortValue,
} from "./segments.ts";
import { insertSync, markSynced } from "./syncs.ts";

let control: TestDatabase;
let tenant: Tenant;

const NAMES = ["beta", "Alpha", "alpha 2", "Zeta", "gamma_%", "ALPHA 3", "delta"];

beforeAll(async () => {
  control = testDatabase();
  tenant = await newTenant(control.db, "ada");
  const { db } = control;
  const own = { workspace_id: tenant.workspace_id, created_by: tenant.user_id };
  const times = { created_at: NOW, updated_at: NOW };
  await runBatch(db, [
    insertDataset(db, { ...own, id: "ds_1", name: "d", key_kind: "row_hash", fields: [], ...times }),
    ...NAMES.flatMap((name, n) =>
      insertSegment(db, {
        ...{ ...own, id: `seg_${n}`, dataset_id: "ds_1", name, description: n === 3 ? "the last letter" : "" },
        ...{ tags: n % 2 ? ["odd", 'a"b'] : ["even"], owner_id: null, query: { combinator: "and", rules: [] } },
        ...{ api_exposed: false, created_at: NOW + (n % 3), updated_at: NOW - n },
      }),
    ),
  ]);
});
afterAll(() => control.close());

async function walk(sort: SegmentSort, descending: boolean, filter: SegmentFilter = {}, limit = 2): Promise<string[]> {
  const names: string[] = [];
  let after: readonly [string | number, string] | null = null;
  for (;;) {
    const page = await listSegments(control.db, tenant.workspace_id, filter, { sort, descending, after, limit });
    names.push(...page.map((segment) => segment.name));
    const last = page.at(-1);
    if (!last || page.length < limit) return names;
    after = [sortValue(last, sort), last.id];
  }
}

test.each<[SegmentSort, boolean]>([
  ["name", false],
  ["name", true],
  ["created_at", false],
  ["created_at", true],
  ["updated_at", false],
  ["updated_at", true],
])(
  "P8 pages by %s (descending: %s) show each segment once, in the order of one large page",
  async (sort, descending) => {
    const whole = await walk(sort, descending, {}, 100);
    expect(await walk(sort, descending)).toEqual(whole);
    expect([...whole].sort()).toEqual([...NAMES].sort());
  },
);

test("P8 names are sorted without regard to case", async () => {
  expect(await walk("name", false)).toEqual(["Alpha", "alpha 2", "ALPHA 3", "beta", "delta", "gamma_%", "Zeta"]);
});

test("P8 a search finds parts of names and descriptions; its signs are ordinary characters", async () => {
  expect(await walk("name", false, { search: "ALPHA" })).toEqual(["Alpha", "alpha 2", "ALPHA 3"]);
  expect(await walk("name", false, { search: "last letter" })).toEqual(["Zeta"]);
  expect(await walk("name", false, { search: "_%" })).toEqual(["gamma_%"]);
  expect(await walk("name", false, { search: "%" })).toEqual(["gamma_%"]);
  expect(await walk("name", false, { search: "'; DROP TABLE segments" })).toEqual([]);
});

test("P8 a tag is found whole", async () => {
  expect(await walk("name", false, { tag: 'a"b' })).toEqual(["Alpha", "ALPHA 3", "Zeta"]);
  expect(await walk("name", false, { tag: "eve" })).toEqual([]);
});

test("P44 a second segment of one name in a dataset is refused by the database itself", async () => {
  const segment = (await findSegment(control.db, tenant.workspace_id, "seg_0")) ?? expect.fail("no segment");
  const { creator: _, last_synced_at: __, version: ___, ...row } = segment;
  await expect(runBatch(control.db, insertSegment(control.db, { ...row, id: "seg_x" }))).rejects.toThrow(/UNIQUE/);
});

test("a segment was last synced when the latest of its syncs was", async () => {
  const { db } = control;
  const own = { workspace_id: tenant.workspace_id, created_by: null, created_at: NOW };
  for (const n of [1, 2]) {
    await insertDestination(db, { ...own, id: `dst_${n}`, type: "sandbox", name: "x", status: "connected" });
    const pair = { segment_id: "seg_1", destination_id: `dst_${n}` };
    await insertSync(db, { ...own, ...pair, id: `syn_${n}`, mapping: {}, last_synced_at: null });
    await markSynced(db, `syn_${n}`, NOW + n);
  }
  expect((await findSegment(db, tenant.workspace_id, "seg_1"))?.last_synced_at).toBe(NOW + 2);
  expect((await findSegment(db, tenant.workspace_id, "seg_2"))?.last_synced_at).toBe(null);
});
