/** Computed fields: formulas saved on a dataset and used like any other field, everywhere. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { eventuallyEquals } from "./eventually.ts";
import {
  createDataset,
  createSegment,
  getDataset,
  getRecord,
  importFile,
  memberKeys,
  members,
  only,
  preview,
  recordPath,
  untilLive,
  upsert,
  verify,
} from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { FieldShape, Group, Segment } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;
let dataset: string;

const fields: FieldShape[] = [
  { name: "id", type: "text" },
  { name: "price", type: "number" },
  { name: "qty", type: "number" },
  { name: "Mail Address", type: "text" },
  { name: "total", type: "number", formula: "price * qty" },
  { name: "large", type: "boolean", formula: "total > 10" },
  { name: "host", type: "text", formula: "domain(`Mail Address`)" },
];
const rows = [
  { id: "a", price: 2.5, qty: 4, "Mail Address": "ann@example.com" },
  { id: "b", price: 3, qty: 4, "Mail Address": "bob@shop.example" },
  { id: "c", price: 5 },
];

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id", fields })).id;
  await upsert(owner, dataset, rows);
});

async function found(query: Group, own = dataset): Promise<string> {
  const { sample } = await preview(owner, own, query, 50);
  return sample
    .map(({ key }) => key)
    .sort()
    .join(" ");
}

test("a computed field is shown with its formula, and its values in records, previews and members", async () => {
  const shape = (await getDataset(owner, dataset)).fields;
  expect(shape.find(({ name }) => name === "total")).toMatchObject({ type: "number", formula: "price * qty" });
  expect((await getRecord(owner, dataset, "a")).data).toMatchObject({ total: 10, large: false, host: "example.com" });
  expect((await getRecord(owner, dataset, "b")).data).toMatchObject({ total: 12, large: true });
  expect((await getRecord(owner, dataset, "c")).data.total ?? null).toBeNull();
  const { sample } = await preview(owner, dataset, only("id", "equals", "b"));
  expect(sample[0]?.data).toMatchObject({ total: 12, large: true, host: "shop.example" });
  const segment = await createSegment(owner, dataset, only("large", "is_true"));
  expect((await members(owner, segment.id))[0]).toMatchObject({
    key: "b",
    fields: { total: 12, host: "shop.example" },
  });
});

test("a computed field is compared like a stored one: by operators of its type, in formulas, in other computed fields", async () => {
  expect(await found(only("total", "between", [10, 11]))).toBe("a");
  expect(await found(only("total", "is_empty"))).toBe("c");
  expect(await found(only("total", "not_equals", 10))).toBe("b c");
  expect(await found(only("large", "is_true"))).toBe("b");
  expect(await found(only("host", "starts_with", "SHOP"))).toBe("b");
  expect(await found({ combinator: "and", rules: [{ formula: "total / qty == 3 || host == 'example.com'" }] })).toBe(
    "a b",
  );
  expectProblem(
    await owner.send("POST", "/api/v1/segments/preview", {
      json: { dataset_id: dataset, query: only("total", "contains", "1") },
    }),
    422,
  );
});

test("a changed cell changes the members of segments over what is computed from it, at once", async () => {
  const own = (await createDataset(owner, { key: "id", fields })).id;
  await upsert(owner, own, rows);
  const segment = await createSegment(owner, own, only("large", "is_true"));
  expect(await memberKeys(owner, segment.id)).toEqual(["b"]);
  await owner.patch(recordPath(own, "c"), { data: { qty: 3 } });
  expect(await memberKeys(owner, segment.id)).toEqual(["b", "c"]);
  await owner.patch(recordPath(own, "b"), { data: { qty: null } });
  expect(await memberKeys(owner, segment.id)).toEqual(["c"]);
  await importFile(owner, own, "id,price\na,2.6\n");
  expect(await memberKeys(owner, segment.id)).toEqual(["a", "c"]);
  expect(await verify(owner, segment.id)).toMatchObject({ checked: 3, missing: [], extra: [] });
});

test("a computed field is added later, and its formula changed: segments follow", async () => {
  const own = (await createDataset(owner, { key: "id", fields: fields.slice(0, 4) })).id;
  await upsert(owner, own, rows);
  const set = (formula: string) =>
    owner.patch(`/api/v1/datasets/${own}`, { fields: [{ name: "score", type: "number", formula }] });
  await set("price + qty");
  expect(await found(only("score", "equals", 7), own)).toBe("b");
  const segment = await createSegment(owner, own, only("score", "less_than", 7));
  expect(await memberKeys(owner, segment.id)).toEqual(["a"]);
  await set("price + coalesce(qty, 0)");
  await eventuallyEquals("the new formula holds", () => memberKeys(owner, segment.id), ["a", "c"]);
  expect(await verify(owner, segment.id)).toMatchObject({ missing: [], extra: [] });
});

test("Q110 Q112 renaming a field rewrites the queries and formulas that name it, as a new version of each segment", async () => {
  const own = (await createDataset(owner, { key: "id", fields })).id;
  await upsert(owner, own, rows);
  const query: Group = {
    combinator: "or",
    rules: [
      { field: "price", operator: "greater_than", value: 4 },
      { formula: "price * qty == 12" },
      { formula: 'contains(`Mail Address`, "ann") && total < 0' },
    ],
  };
  const segment = await createSegment(owner, own, query);
  expect(await memberKeys(owner, segment.id)).toEqual(["b", "c"]);
  const renames = [
    { name: "price", new_name: "unit price" },
    { name: "Mail Address", new_name: "mail" },
  ];
  await owner.patch(`/api/v1/datasets/${own}`, { fields: renames });
  const renamed = await untilLive(owner, segment.id, segment.version + 1);
  const stored = JSON.stringify(renamed.query);
  expect(stored).toContain("`unit price` * qty");
  expect(stored).toContain('"field":"unit price"');
  expect(stored).not.toMatch(/Mail Address|[^ ]price/);
  expect(await memberKeys(owner, segment.id)).toEqual(["b", "c"]);
  const formulas = (await getDataset(owner, own)).fields.map(({ formula }) => formula ?? "").join();
  expect(formulas).toContain("`unit price` * qty");
  expect(formulas).not.toContain("Mail Address");
  expect(await found(only("large", "is_true"), own)).toBe("b");
  await owner.patch(recordPath(own, "b"), { data: { "unit price": 1 } });
  expect(await memberKeys(owner, segment.id)).toEqual(["c"]);
});

const relation = (customers: string) => ({
  name: "buyer",
  field: "customer",
  dataset_id: customers,
  reverse_name: "purchases",
});

test("computed fields of related records are summed and filtered, and looked up", async () => {
  const customers = (
    await createDataset(owner, {
      key: "id",
      fields: [
        { name: "id", type: "text" },
        { name: "first", type: "text" },
        { name: "greeting", type: "text", formula: 'concat("Hi ", first)' },
      ],
    })
  ).id;
  const pointing = [...fields, { name: "customer", type: "text" as const }];
  const purchases = (await createDataset(owner, { key: "id", fields: pointing, relations: [relation(customers)] })).id;
  await upsert(owner, customers, [
    { id: "ann", first: "Ann" },
    { id: "bob", first: "Bob" },
  ]);
  await upsert(
    owner,
    purchases,
    rows.map((row) => ({ ...row, customer: row.id === "c" ? "bob" : "ann" })),
  );
  const sum = { related: "purchases", aggregate: "sum", of: "total", operator: "equals", value: 22 };
  expect(await found({ combinator: "and", rules: [sum] }, customers)).toBe("ann");
  const large = { related: "purchases", quantifier: "any" as const, where: only("large", "is_true") };
  const segment = await createSegment(owner, customers, { combinator: "and", rules: [large] });
  expect(await memberKeys(owner, segment.id)).toEqual(["ann"]);
  await owner.patch(recordPath(purchases, "c"), { data: { qty: 100 } });
  expect(await memberKeys(owner, segment.id)).toEqual(["ann", "bob"]);
  const greeted = { via: "buyer", field: "greeting", operator: "equals", value: "hi ann" };
  expect(await found({ combinator: "and", rules: [greeted] }, purchases)).toBe("a b");
});

test("what is looked up where there is nothing is empty, whatever a formula would make of empty cells", async () => {
  const computed: FieldShape[] = [
    { name: "id", type: "text" },
    { name: "n", type: "number" },
    { name: "or zero", type: "number", formula: "coalesce(n, 0)" },
    { name: "large", type: "boolean", formula: "n > 10" },
  ];
  const customers = (await createDataset(owner, { key: "id", fields: computed })).id;
  const pointing: FieldShape[] = ["id", "customer"].map((name) => ({ name, type: "text" }));
  const purchases = (await createDataset(owner, { key: "id", fields: pointing, relations: [relation(customers)] })).id;
  await upsert(owner, customers, [{ id: "ann" }]);
  await upsert(owner, purchases, [{ id: "1", customer: "ann" }, { id: "2", customer: "nobody" }, { id: "3" }]);
  const via = (field: string, operator: string, value?: unknown): Group => ({
    combinator: "and",
    rules: [{ via: "buyer", field, operator, ...(value === undefined ? {} : { value }) }],
  });
  expect(await found(via("or zero", "equals", 0), purchases)).toBe("1");
  expect(await found(via("or zero", "is_empty"), purchases)).toBe("2 3");
  expect(await found(via("large", "not_equals", false), purchases)).toBe("2 3");
});

const bad: [string, FieldShape][] = [
  ["itself", { name: "x", type: "number", formula: "x + 1" }],
  ["a field that is not there", { name: "x", type: "number", formula: "prize + 1" }],
  ["another type than it says", { name: "x", type: "date", formula: "price + 1" }],
  ["nothing that can be read", { name: "x", type: "number", formula: "price +" }],
];

test.each(bad)("a computed field over %s is refused, at its formula", async (_name, field) => {
  const problem = expectProblem(
    await owner.send("PATCH", `/api/v1/datasets/${dataset}`, { json: { fields: [field] } }),
    422,
  );
  expect(problem.path).toMatch(/fields\[0\]/);
  expect((await getDataset(owner, dataset)).fields.map(({ name }) => name)).not.toContain("x");
});

test("E10 two computed fields that need each other are refused", async () => {
  const circle = [
    { name: "x", type: "number", formula: "y + 1" },
    { name: "y", type: "number", formula: "x + 1" },
  ];
  expectProblem(await owner.send("PATCH", `/api/v1/datasets/${dataset}`, { json: { fields: circle } }), 422);
  const segment = await owner.send<Segment>("POST", "/api/v1/segments/preview", {
    json: { dataset_id: dataset, query: only("total", "equals", 10) },
  });
  expect(segment.status).toBe(200);
});
