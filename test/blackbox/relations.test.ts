/** Relations: declared with a dataset or later, both ways of asking, waiting records, several parents, keys as text. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { eventually, eventuallyEquals } from "./eventually.ts";
import {
  countOf,
  createDataset,
  createSegment,
  getDataset,
  importFile,
  memberKeys,
  only,
  preview,
  recordPath,
  upsert,
  verify,
} from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { AnyRule, Dataset, FieldShape, Group, RelationShape } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
});

const all = (...rules: AnyRule[]): Group => ({ combinator: "and", rules });
const id: FieldShape = { name: "id", type: "text" };
const of = (name: string): FieldShape => ({ name, type: "text" });
const amount: FieldShape = { name: "amount", type: "number" };
const anyPurchase = all({ related: "purchases", quantifier: "any" });
const spent = (operator: string, value: unknown) =>
  all({ related: "purchases", aggregate: "sum", of: "amount", operator, value });

const buyer = (customers: string): RelationShape => ({
  name: "buyer",
  field: "customer",
  dataset_id: customers,
  reverse_name: "purchases",
});

async function pair(customerFields: FieldShape[] = [id, of("city")]): Promise<[customers: string, purchases: string]> {
  const customers = (await createDataset(owner, { key: "id", fields: customerFields })).id;
  const fields = [id, of("customer"), amount];
  return [customers, (await createDataset(owner, { key: "id", fields, relations: [buyer(customers)] })).id];
}

async function found(dataset: string, query: Group): Promise<string> {
  const { sample, count } = await preview(owner, dataset, query, 50);
  expect(sample).toHaveLength(count);
  return sample
    .map(({ key }) => key)
    .sort()
    .join(" ");
}

test("R8 R10 a relation declared with the dataset is shown, and can be asked from both sides", async () => {
  const [customers, purchases] = await pair();
  expect((await getDataset(owner, purchases)).relations).toMatchObject([buyer(customers)]);
  await upsert(owner, customers, [{ id: "ann", city: "Rome" }, { id: "bob", city: "Oslo" }, { id: "cy" }]);
  await upsert(owner, purchases, [
    { id: "1", customer: "ann", amount: 10 },
    { id: "2", customer: "ann", amount: 20 },
    { id: "3", customer: "bob", amount: 5 },
    { id: "4", amount: 1 },
  ]);
  expect(await found(customers, anyPurchase)).toBe("ann bob");
  expect(await found(customers, spent("equals", 0))).toBe("cy");
  expect(await found(purchases, all({ via: "buyer", field: "city", operator: "equals", value: "rome" }))).toBe("1 2");
  expect(await found(purchases, all({ via: "buyer", field: "city", operator: "not_equals", value: "rome" }))).toBe(
    "3 4",
  );
  expect(await found(purchases, all({ via: "buyer", field: "city", operator: "is_empty" }))).toBe("4");
  expect(await found(purchases, all({ formula: "`buyer`.`city` == 'Oslo' && amount < 6" }))).toBe("3");
});

test("R1 a write of a child is seen in its parents' members by the very next read: new, moved, changed, deleted", async () => {
  const [customers, purchases] = await pair();
  await upsert(owner, customers, [{ id: "ann" }, { id: "bob" }]);
  const segment = await createSegment(owner, customers, spent("greater_or_equal", 10));
  const after = async (...keys: string[]) => {
    expect(await memberKeys(owner, segment.id)).toEqual(keys);
    expect(await countOf(owner, customers, spent("greater_or_equal", 10))).toBe(keys.length);
  };
  await after();
  await upsert(owner, purchases, [{ id: "1", customer: "ann", amount: 10 }]);
  await after("ann");
  await owner.patch(recordPath(purchases, "1"), { data: { customer: "bob" } });
  await after("bob");
  await owner.patch(recordPath(purchases, "1"), { data: { amount: 9.99 } });
  await after();
  await upsert(owner, purchases, [{ id: "2", customer: "bob", amount: 0.01 }]);
  await after("bob");
  await owner.delete(recordPath(purchases, "1"));
  await after();
  expect(await verify(owner, segment.id)).toMatchObject({ checked: 2, missing: [], extra: [] });
});

test("R11 a changed looked-up record changes those that point at it, within a second or so", async () => {
  const [customers, purchases] = await pair();
  await upsert(owner, customers, [{ id: "ann", city: "Rome" }]);
  await upsert(owner, purchases, [
    { id: "1", customer: "ann" },
    { id: "2", customer: "bob" },
  ]);
  const inRome = await createSegment(
    owner,
    purchases,
    all({ via: "buyer", field: "city", operator: "equals", value: "Rome" }),
  );
  expect(await memberKeys(owner, inRome.id)).toEqual(["1"]);
  const follows = (keys: string[]) =>
    eventuallyEquals("lookups follow", () => memberKeys(owner, inRome.id), keys, 3_000);
  await owner.patch(recordPath(customers, "ann"), { data: { city: "Oslo" } });
  await follows([]);
  await upsert(owner, customers, [{ id: "bob", city: "Rome" }]);
  await follows(["2"]);
  await owner.delete(recordPath(customers, "bob"));
  await follows([]);
  expect(await verify(owner, inRome.id)).toMatchObject({ missing: [], extra: [] });
});

test("R2 a child waits for its parent, leaves with it, and counts again when it comes back", async () => {
  const [customers, purchases] = await pair();
  await upsert(owner, purchases, [
    { id: "1", customer: "late", amount: 50 },
    { id: "2", customer: "never", amount: 50 },
  ]);
  const segment = await createSegment(owner, customers, spent("greater_than", 40));
  expect(await memberKeys(owner, segment.id)).toEqual([]);
  await upsert(owner, customers, [{ id: "late" }]);
  expect(await memberKeys(owner, segment.id)).toEqual(["late"]);
  await owner.delete(recordPath(customers, "late"));
  expect(await memberKeys(owner, segment.id)).toEqual([]);
  await upsert(owner, customers, [{ id: "late" }]);
  expect(await memberKeys(owner, segment.id)).toEqual(["late"]);
  expect(await found(purchases, all({ via: "buyer", field: "id", operator: "is_not_empty" }))).toBe("1");
});

test("R3 a relation declared later is built from the rows that are there; what needs it answers 409 until then", async () => {
  const customers = (await createDataset(owner, { key: "id", fields: [id] })).id;
  const purchases = (await createDataset(owner, { key: "id", fields: [id, of("customer"), amount] })).id;
  await upsert(
    owner,
    customers,
    Array.from({ length: 100 }, (_, n) => ({ id: `c${n}` })),
  );
  const lines = Array.from({ length: 20_000 }, (_, n) => `p${n},c${n % 50},${n % 7}\n`);
  await importFile(owner, purchases, `id,customer,amount\n${lines.join("")}`);
  await owner.patch<Dataset>(`/api/v1/datasets/${purchases}`, { relations: [buyer(customers)] });
  const asked = { json: { dataset_id: customers, query: anyPurchase } };
  const answer = await eventually("the relation is built", async () => {
    const told = await owner.send<{ count: number }>("POST", "/api/v1/segments/preview", asked);
    if (told.status === 200) return told;
    expectProblem(told, 409);
    return null;
  });
  expect(answer.body.count).toBe(50);
  const wanted = 20_000 / 50;
  const count = all({ related: "purchases", aggregate: "count", operator: "equals", value: wanted });
  expect((await createSegment(owner, customers, count)).member_count).toBe(50);
});

test("several relations of one dataset count for each of their parents on its own", async () => {
  const [customers, stores] = [
    (await createDataset(owner, { key: "id", fields: [id] })).id,
    (await createDataset(owner, { key: "id", fields: [id] })).id,
  ];
  const relations = [
    buyer(customers),
    { name: "payer", field: "paid_by", dataset_id: customers, reverse_name: "payments" },
    { name: "store", field: "store", dataset_id: stores, reverse_name: "sales" },
  ];
  const fields = [id, of("customer"), of("paid_by"), of("store"), amount];
  const purchases = (await createDataset(owner, { key: "id", fields, relations })).id;
  await upsert(owner, customers, [{ id: "a" }, { id: "b" }]);
  await upsert(owner, stores, [{ id: "s" }]);
  await upsert(owner, purchases, [{ id: "1", customer: "a", paid_by: "b", store: "s", amount: 3 }]);
  const any = (related: string) => all({ related, quantifier: "any" });
  expect(await found(customers, any("purchases"))).toBe("a");
  expect(await found(customers, any("payments"))).toBe("b");
  expect(await found(stores, any("sales"))).toBe("s");
  expect(
    await found(customers, { combinator: "or", rules: [...any("purchases").rules, ...any("payments").rules] }),
  ).toBe("a b");
});

test("keys are exact text: 007 is not 7, case counts, and a number field points at its shortest decimal form", async () => {
  const customers = (await createDataset(owner, { key: "id", fields: [id] })).id;
  await upsert(owner, customers, [{ id: "007" }, { id: "7" }, { id: "a" }, { id: "A" }, { id: "1.5" }]);
  const fields = [id, of("customer"), { name: "number", type: "number" as const }];
  const relations = [
    buyer(customers),
    { name: "other", field: "number", dataset_id: customers, reverse_name: "numbered" },
  ];
  const purchases = (await createDataset(owner, { key: "id", fields, relations })).id;
  await upsert(owner, purchases, [
    { id: "1", customer: "007" },
    { id: "2", customer: "A" },
    { id: "3", number: 7 },
  ]);
  expect(await found(customers, anyPurchase)).toBe("007 A");
  expect(await found(customers, all({ related: "numbered", quantifier: "any" }))).toBe("7");
  await upsert(owner, purchases, [{ id: "4", number: 1.5 }]);
  expect(await found(customers, all({ related: "numbered", quantifier: "any" }))).toBe("1.5 7");
});

test("a file that is imported with the relation counts like rows that are written, and a replace takes away", async () => {
  const [customers, purchases] = await pair();
  await upsert(owner, customers, [{ id: "007" }, { id: "b" }]);
  const segment = await createSegment(owner, customers, spent("equals", 0.3));
  await importFile(owner, purchases, "id,customer,amount\n1,007,0.1\n2,007,0.2\n3,b,0.3\n4,x,9\n");
  expect(await memberKeys(owner, segment.id)).toEqual(["007", "b"]);
  await importFile(owner, purchases, "id,customer,amount\n1,007,0.1\n2,007,0.2\n", {
    mode: "replace",
    confirm_removal: true,
  });
  expect(await memberKeys(owner, segment.id)).toEqual(["007"]);
  expect(await verify(owner, segment.id)).toMatchObject({ checked: 2, missing: [], extra: [] });
});

test("Q110 a query that names a relation still does when the related field is called something else", async () => {
  const [customers, purchases] = await pair();
  await upsert(owner, customers, [{ id: "a" }]);
  await upsert(owner, purchases, [{ id: "1", customer: "a", amount: 4 }]);
  const segment = await createSegment(owner, customers, spent("equals", 4));
  await owner.patch(`/api/v1/datasets/${purchases}`, { fields: [{ name: "amount", new_name: "price" }] });
  await eventuallyEquals("still a member", () => memberKeys(owner, segment.id), ["a"]);
  const stored = JSON.stringify(await owner.get(`/api/v1/segments/${segment.id}`));
  expect(stored).toContain('"of":"price"');
  expect(
    await found(customers, all({ related: "purchases", quantifier: "any", where: only("price", "equals", 4) })),
  ).toBe("a");
});
