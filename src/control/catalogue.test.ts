import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bumpAllCatalogues, editCatalogue, loadCatalogue } from "./catalogue.ts";
import { runBatch } from "./database.ts";
import { addFields } from "./fields.ts";
import { findDataset, insertDataset, updateDataset } from "./repositories/datasets.ts";
import { announceEvent } from "./repositories/outbox.ts";
import { findSegment, insertSegment, replaceQuery, requireVersion } from "./repositories/segments.ts";
import type { StoredQuery } from "./schema/segments.ts";
import { NOW, newTenant, type Tenant, type TestDatabase, testDatabase } from "./testing/database.ts";

let control: TestDatabase;
let tenant: Tenant;
let dataset: string;
let made = 0;

beforeAll(async () => {
  control = testDatabase();
  tenant = await newTenant(control.db, "ada");
});
afterAll(() => control.close());
beforeEach(async () => {
  dataset = `ds_${++made}`;
  const fields = addFields([], [{ name: "state", type: "text", format: null }]);
  const times = { created_at: NOW, updated_at: NOW };
  const { workspace_id } = tenant;
  await runBatch(control.db, [
    insertDataset(control.db, { id: dataset, workspace_id, name: dataset, key_kind: "row_hash", fields, ...times }),
  ]);
});

const query = (field: string): StoredQuery => ({ combinator: "and", rules: [{ field, operator: "is_empty" }] });

function segmentRow(id: string, stored: StoredQuery) {
  return {
    ...{ id, workspace_id: tenant.workspace_id, dataset_id: dataset, name: id, description: "", tags: [] },
    ...{ owner_id: null, query: stored, api_exposed: false, created_at: NOW, updated_at: NOW, created_by: null },
  };
}

async function addSegment(id: string, stored: StoredQuery): Promise<void> {
  const { db } = control;
  await editCatalogue(db, tenant.workspace_id, dataset, () => ({
    value: null,
    statements: insertSegment(db, segmentRow(id, stored)),
  }));
}

test("P50 the catalogue has what shards need, with a version that rises with each change", async () => {
  const before = await loadCatalogue(control.db, dataset);
  await addSegment(`seg_${made}`, query("state"));
  const after = await loadCatalogue(control.db, dataset);
  expect(after).toEqual({
    ...{ dataset_id: dataset, workspace_id: tenant.workspace_id, time_zone: "UTC", shard_count: 0 },
    version: (before?.version ?? 0) + 1,
    fields: [expect.objectContaining({ id: 0, name: "state", type: "text" })],
    relations: [],
    segments: [
      expect.objectContaining({
        id: `seg_${made}`,
        version: 1,
        query: expect.objectContaining({ rules: [expect.objectContaining({ field: 0 })] }),
      }),
    ],
  });
  expect(await loadCatalogue(control.db, "ds_unknown")).toBe(null);
});

test("P50 changes at the same time are all made, each on what the one before left", async () => {
  const { db } = control;
  const names = Array.from({ length: 8 }, (_, n) => `field ${n}`);
  const versions = await Promise.all(
    names.map((name) =>
      editCatalogue(db, tenant.workspace_id, dataset, (current) => {
        const fields = addFields(current.fields, [{ name, type: "text", format: null }]);
        return { value: null, statements: [updateDataset(db, current.workspace_id, current.id, { fields })] };
      }),
    ),
  );
  const stored = await findDataset(db, tenant.workspace_id, dataset);
  expect(stored?.fields.map((field) => field.name).sort()).toEqual([...names, "state"].sort());
  expect(new Set(stored?.fields.map((field) => field.id)).size).toBe(names.length + 1);
  expect(versions.map((edit) => edit?.version).sort((a, b) => Number(a) - Number(b))).toEqual(
    names.map((_, n) => n + 2),
  );
});

test("P50 when one statement of a change fails nothing of it stays", async () => {
  const { db } = control;
  await addSegment(`seg_${made}`, query("state"));
  const before = await findDataset(db, tenant.workspace_id, dataset);
  await expect(addSegment(`seg_${made}`, query("state"))).rejects.toThrow();
  expect(await findDataset(db, tenant.workspace_id, dataset)).toEqual(before);
});

test("P50 an edit that changes nothing raises nothing", async () => {
  const edit = await editCatalogue(control.db, tenant.workspace_id, dataset, () => ({ value: 1, statements: [] }));
  expect(edit).toMatchObject({ value: 1, version: 1 });
  expect(await editCatalogue(control.db, "ws_other", dataset, () => ({ value: 1, statements: [] }))).toBe(null);
});

test("P43 a segment whose query is not valid any more is left out, and the others stay", async () => {
  await addSegment(`seg_${made}_good`, query("state"));
  await addSegment(`seg_${made}_bad`, query("no such field"));
  const catalogue = await loadCatalogue(control.db, dataset);
  expect(catalogue?.segments.map((segment) => segment.id)).toEqual([`seg_${made}_good`]);
});

test("P40 a new query is a new version with its author in the history", async () => {
  const { db } = control;
  const id = `seg_${made}`;
  await addSegment(id, query("state"));
  const edit = { query: query("other"), by: tenant.user_id, now: NOW + 1 };
  await runBatch(db, replaceQuery(db, tenant.workspace_id, { id, version: 1 }, edit));
  expect(await findSegment(db, tenant.workspace_id, id)).toMatchObject({ version: 2, query: query("other") });
  const history = await control.d1
    .prepare("SELECT number, author_id FROM segment_versions WHERE segment_id = ? ORDER BY number")
    .bind(id)
    .all();
  expect(history.results).toEqual([
    { number: 1, author_id: null },
    { number: 2, author_id: tenant.user_id },
  ]);
});

test("P41 a change on a version that is not the newest is undone with everything in its batch", async () => {
  const { db } = control;
  const id = `seg_${made}`;
  await addSegment(id, query("state"));
  const event = announceEvent(
    db,
    { workspace_id: tenant.workspace_id, dataset_id: dataset },
    "segment.updated",
    { late: true },
    NOW,
  );
  const stale = [event, requireVersion(db, tenant.workspace_id, id, 7)];
  await expect(runBatch(db, stale)).rejects.toThrow(/segments\.version/);
  const edit = { query: query("other"), by: null, now: NOW };
  await expect(
    runBatch(db, [event, ...replaceQuery(db, tenant.workspace_id, { id, version: 7 }, edit)]),
  ).rejects.toThrow();
  const { results } = await control.d1.prepare("SELECT * FROM outbox WHERE dataset_id = ?").bind(dataset).all();
  expect(results).toEqual([]);
});

test("P51 a change of the time zone raises every dataset of the workspace and none of another", async () => {
  const { db } = control;
  const other = await newTenant(db, `other${made}`);
  const times = { created_at: NOW, updated_at: NOW };
  const foreign = {
    id: `${dataset}_f`,
    workspace_id: other.workspace_id,
    name: "f",
    key_kind: "row_hash",
    fields: [],
    ...times,
  } as const;
  await runBatch(db, [insertDataset(db, foreign)]);
  const before = await findDataset(db, tenant.workspace_id, dataset);
  await runBatch(db, [bumpAllCatalogues(db, tenant.workspace_id)]);
  expect((await findDataset(db, tenant.workspace_id, dataset))?.catalogue_version).toBe(
    (before?.catalogue_version ?? 0) + 1,
  );
  expect((await findDataset(db, other.workspace_id, foreign.id))?.catalogue_version).toBe(1);
});
