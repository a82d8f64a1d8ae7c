import { afterAll, beforeAll, expect, test } from "vitest";
import { runBatch } from "./database.ts";
import { insertDataset } from "./repositories/datasets.ts";
import { ensureShardCount, shardCountFor } from "./shard-count.ts";
import { NOW, newTenant, type Tenant, type TestDatabase, testDatabase } from "./testing/database.ts";

let control: TestDatabase;
let tenant: Tenant;
beforeAll(async () => {
  control = testDatabase();
  tenant = await newTenant(control.db, "ada");
});
afterAll(() => control.close());

test.each([
  [0, {}, 1],
  [199_999, { CORES: "8" }, 1],
  [200_000, { CORES: "8" }, 8],
  [200_000, {}, 1],
  [1_000_000, {}, 1],
  [1_000_001, {}, 2],
  [10_000_000, { CORES: "4" }, 10],
  [10_000_000, { CORES: "4", ROWS_A_SHARD: "10000000" }, 4],
  [30_000_000, { CORES: "2", ROWS_A_SHARD: "10000000" }, 3],
])("P34 %i rows on a host with %o make %i shards", (rows, host, shards) => {
  expect(shardCountFor(rows, host)).toBe(shards);
});

test("P34 two first imports at once get one number, and the catalogue rises once", async () => {
  const { db } = control;
  const { workspace_id } = tenant;
  const row = {
    id: "ds_1",
    workspace_id,
    name: "d",
    key_kind: "row_hash",
    fields: [],
    created_at: NOW,
    updated_at: NOW,
  } as const;
  await runBatch(db, [insertDataset(db, row)]);
  const answers = await Promise.all([2, 3].map((wanted) => ensureShardCount(db, workspace_id, "ds_1", wanted)));
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]).toEqual({ shard_count: expect.any(Number), catalogue_version: 2 });
  expect(await ensureShardCount(db, workspace_id, "ds_1", 9)).toEqual(answers[0]);
  expect(await ensureShardCount(db, "ws_other", "ds_1", 9)).toBe(null);
});
