import { afterAll, beforeAll, expect, test } from "vitest";
import { editCatalogue } from "./catalogue.ts";
import { runBatch } from "./database.ts";
import { addFields, editFields } from "./fields.ts";
import { renameEverywhere } from "./rename-everywhere.ts";
import { findDataset, insertDataset, updateDataset } from "./repositories/datasets.ts";
import { insertRelation } from "./repositories/relations.ts";
import { NOW, newTenant, type Tenant, type TestDatabase, testDatabase } from "./testing/database.ts";

let control: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  control = testDatabase();
  tenant = await newTenant(control.db, "ada");
  const { workspace_id } = tenant;
  const own = { workspace_id, key_kind: "field", key_field: "id", created_at: NOW, updated_at: NOW } as const;
  const text = (name: string) => ({ name, type: "text", format: null }) as const;
  const customers = addFields([], [text("id"), text("store_id"), text("region")]);
  const computed = { id: 3, name: "local", type: "boolean", format: null } as const;
  await runBatch(control.db, [
    insertDataset(control.db, {
      ...own,
      id: "ds_stores",
      name: "s",
      fields: addFields([], [text("id"), text("region")]),
    }),
    insertDataset(control.db, {
      ...{ ...own, id: "ds_customers", name: "c" },
      fields: [...customers, { ...computed, formula: "store.region == region" }],
    }),
    insertRelation(control.db, {
      ...{ id: "rel_1", workspace_id, from_dataset_id: "ds_customers", field_id: 1, to_dataset_id: "ds_stores" },
      ...{ name: "store", reverse_name: "customers", number_in_child: 0, number_in_parent: 0 },
      ...{ lookup_wanted: false, shared_segments: [], created_at: NOW },
    }),
  ]);
});
afterAll(() => control.close());

/** Gives a field of the stores a new name; `meanwhile` happens between the look and the batch, once. */
async function rename(name: string, new_name: string, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
  const { db } = control;
  let once = meanwhile;
  await editCatalogue(db, tenant.workspace_id, "ds_stores", async (dataset) => {
    const edited = editFields(dataset.fields, [{ name, new_name }]);
    if (!edited.ok) throw new Error(edited.problem.detail);
    const { fields, renamed } = edited.value;
    const change = { dataset, fields: renamed, relations: [] };
    const queries = await renameEverywhere(db, change, { by: tenant.user_id, now: NOW, fields, raised: [] });
    await once();
    once = async () => {};
    const own = updateDataset(db, dataset.workspace_id, dataset.id, { fields });
    return { value: null, statements: [own, ...queries.statements], tells_related: true };
  });
}

const customers = () => findDataset(control.db, tenant.workspace_id, "ds_customers");

test("Q112 a computed field of another dataset that looks up a renamed field says its new name", async () => {
  const before = await customers();
  await rename("region", "sales area");
  const after = await customers();
  expect(after?.fields[3]).toMatchObject({ name: "local", formula: "store.`sales area` == region" });
  expect(after?.fields.slice(0, 3)).toEqual(before?.fields.slice(0, 3));
  expect(after?.catalogue_version).toBeGreaterThan(before?.catalogue_version ?? 0);
});

test("Q112 what changed of that dataset meanwhile is not lost", async () => {
  await rename("sales area", "area", async () => {
    await editCatalogue(control.db, tenant.workspace_id, "ds_customers", (dataset) => {
      const fields = addFields(dataset.fields, [{ name: "new", type: "number", format: null }]);
      return { value: null, statements: [updateDataset(control.db, dataset.workspace_id, dataset.id, { fields })] };
    });
  });
  const after = await customers();
  expect(after?.fields.map(({ name }) => name)).toContain("new");
  expect(after?.fields[3]).toMatchObject({ formula: "store.area == region" });
});
