/** Relations that cannot be: each is refused, and nothing is made. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { createDataset, getDataset } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { FieldShape, RelationShape } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;
const id: FieldShape = { name: "id", type: "text" };
const of = (name: string): FieldShape => ({ name, type: "text" });
const buyer = (customers: string): RelationShape => ({
  name: "buyer",
  field: "customer",
  dataset_id: customers,
  reverse_name: "purchases",
});

beforeAll(async () => {
  ({ owner } = await openWorkspace());
});

const bad: [string, (customers: string) => object][] = [
  ["a dataset that is not there", (to) => ({ ...buyer(to), dataset_id: "ds_nothing" })],
  ["no reverse name", (to) => ({ ...buyer(to), reverse_name: undefined })],
  ["no name", (to) => ({ ...buyer(to), name: "" })],
];

test.each(bad)("a relation with %s is refused", async (_name, relation) => {
  const customers = (await createDataset(owner, { key: "id", fields: [id] })).id;
  const json = { name: crypto.randomUUID(), key: "id", fields: [id, of("customer")], relations: [relation(customers)] };
  expectProblem(await owner.send("POST", "/api/v1/datasets", { json }), [404, 422]);
});

test("a reverse name is taken once: two relations cannot give one dataset the same related name", async () => {
  const customers = (await createDataset(owner, { key: "id", fields: [id] })).id;
  await createDataset(owner, { key: "id", fields: [id, of("customer")], relations: [buyer(customers)] });
  const json = { name: crypto.randomUUID(), key: "id", fields: [id, of("customer")], relations: [buyer(customers)] };
  expectProblem(await owner.send("POST", "/api/v1/datasets", { json }), [409, 422]);
});

test("a dataset of another workspace is no parent", async () => {
  const { owner: stranger } = await openWorkspace();
  const theirs = (await createDataset(stranger, { key: "id", fields: [id] })).id;
  const json = { name: crypto.randomUUID(), key: "id", fields: [id, of("customer")], relations: [buyer(theirs)] };
  expectProblem(await owner.send("POST", "/api/v1/datasets", { json }), [404, 422]);
});

test("a refused relation of a dataset that is there leaves it as it was", async () => {
  const customers = (await createDataset(owner, { key: "id", fields: [id] })).id;
  const own = (await createDataset(owner, { key: "id", fields: [id, of("customer")] })).id;
  const json = { relations: [{ ...buyer(customers), dataset_id: "ds_nothing" }] };
  expectProblem(await owner.send("PATCH", `/api/v1/datasets/${own}`, { json }), [404, 422]);
  expect((await getDataset(owner, own)).relations).toEqual([]);
});
