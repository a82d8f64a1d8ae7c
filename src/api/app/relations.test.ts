import { afterAll, beforeAll, expect, test } from "vitest";
import { newDataset, START_MS, startProgram, type TestProgram } from "../testing/program.ts";

let program: TestProgram;
beforeAll(async () => {
  program = await startProgram();
}, START_MS);
afterAll(() => program.close());

interface Relation {
  readonly id: string;
  readonly name: string;
  readonly field: string;
  readonly dataset_id: string;
  readonly reverse_name: string;
  readonly kind: string;
  readonly status: string;
}
interface Dataset {
  readonly id: string;
  readonly fields: readonly { name: string; type: string }[];
  readonly relations: readonly Relation[];
}

const path = (id: string): string => `/api/v1/datasets/${id}`;
const relation = (dataset_id: string, name = "customer", reverse_name = "purchases", field = "customer_id") => ({
  ...{ name, field, dataset_id, reverse_name },
});
const change = (id: string, relations: readonly object[]) =>
  program.owner.send("PATCH", path(id), { json: { relations } });

test("R8 a relation is declared with its dataset or later, makes its field, and is shown on both sides", async () => {
  const { owner } = program;
  const customers = await newDataset(owner);
  const purchases = await newDataset(owner, { relations: [relation(customers)] });
  const child = await owner.ok<Dataset>("GET", path(purchases));
  expect(child.fields).toContainEqual({ name: "customer_id", type: "text", format: null });
  expect(child.relations).toMatchObject([{ ...relation(customers), kind: "belongs_to", status: "ready" }]);
  const parent = await owner.ok<Dataset>("GET", path(customers));
  expect(parent.relations).toMatchObject([{ name: "customer", dataset_id: purchases, kind: "has_many" }]);
  const later = await owner.ok<Dataset>("PATCH", path(purchases), {
    json: { relations: [relation(purchases, "replaces", "replaced_by", "replaces_id")] },
  });
  expect(later.relations.map(({ name, kind }) => [name, kind])).toEqual([
    ["customer", "belongs_to"],
    ["replaces", "belongs_to"],
    ["replaces", "has_many"],
  ]);
});

test("R8 names are taken once among all that queries of a dataset may use, and a parent needs a key", async () => {
  const { owner } = program;
  const customers = await newDataset(owner);
  const purchases = await newDataset(owner, { relations: [relation(customers)] });
  const refused = async (relations: readonly object[], status: number, code: string) =>
    expect(await change(purchases, relations)).toMatchObject({ status, body: { code } });
  await refused([relation(customers, "other", "purchases")], 409, "relation_name_taken");
  await refused([relation(purchases, "again", "customer")], 409, "relation_name_taken");
  await refused([relation(purchases, "same", "same")], 409, "relation_name_taken");
  await refused([relation("ds_nothing", "other", "others")], 422, "unknown_dataset");
  await refused([relation(await newDataset(owner, { key: null }), "other", "others")], 422, "relation_needs_key");
  await refused([{ name: "unknown" }], 422, "invalid_relation");
  await refused([{ name: "customer", field: "another" }], 422, "relation_immutable");
  await refused([{ name: " ", field: "f", dataset_id: customers, reverse_name: "r" }], 422, "invalid_request");
  expect((await owner.ok<Dataset>("GET", path(purchases))).relations).toHaveLength(1);
});

test("R9 a renamed relation is renamed in the queries that read it", async () => {
  const { owner } = program;
  const customers = await newDataset(owner);
  const purchases = await newDataset(owner, { relations: [relation(customers)] });
  const query = { combinator: "and", rules: [{ related: "purchases", quantifier: "any" }] };
  const segment = await owner.ok<{ id: string }>("POST", "/api/v1/segments", {
    json: { dataset_id: customers, name: "Buyers", query },
  });
  const renamed = { name: "customer", new_name: "buyer", reverse_name: "orders" };
  expect((await change(purchases, [renamed])).status).toBe(200);
  const stored = await owner.ok<{ query: unknown }>("GET", `/api/v1/segments/${segment.id}`);
  expect(stored.query).toMatchObject({ rules: [{ related: "orders" }] });
});

test("R9 a relation that a segment reads is not deleted, nor a dataset that others point at", async () => {
  const { owner } = program;
  const customers = await newDataset(owner);
  const purchases = await newDataset(owner, { relations: [relation(customers)] });
  const query = { combinator: "and", rules: [{ related: "purchases", quantifier: "any" }] };
  const segment = await owner.ok<{ id: string }>("POST", "/api/v1/segments", {
    json: { dataset_id: customers, name: "Buyers", query },
  });
  const remove = () => owner.send("DELETE", `${path(purchases)}/relations/customer`);
  expect(await remove()).toMatchObject({
    status: 409,
    body: { code: "relation_in_use", segments: [{ id: segment.id, name: "Buyers" }] },
  });
  await owner.ok("DELETE", `/api/v1/segments/${segment.id}`);
  expect(await owner.send("DELETE", path(customers))).toMatchObject({
    status: 409,
    body: { code: "dataset_in_use", relations: [{ name: "customer", dataset_id: purchases }] },
  });
  expect((await remove()).status).toBe(204);
  expect((await remove()).status).toBe(404);
  expect((await owner.send("DELETE", path(customers))).status).toBe(204);
});
