/** Segments that read segments, of their own dataset and of related ones: circles, use, new names. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newDataset, newSegment, START_MS, startProgram, type TestProgram } from "../testing/program.ts";

let program: TestProgram;
/** Purchases point at customers, and customers point at purchases, too: their favourite one. */
let customers: string;
let purchases: string;

interface SegmentBody {
  version: number;
  query: { rules: Record<string, unknown>[] };
  words: string;
  name: string;
  status: string;
}

beforeAll(async () => {
  program = await startProgram();
  customers = await newDataset(program.owner, { fields: [{ name: "state", type: "text" }] });
  purchases = await newDataset(program.owner, {
    fields: [
      { name: "amount", type: "number" },
      { name: "day", type: "date" },
    ],
    relations: [{ name: "customer", field: "customer_id", dataset_id: customers, reverse_name: "purchases" }],
  });
  const favourite = { name: "favourite", field: "favourite_id", dataset_id: purchases, reverse_name: "fans" };
  await program.owner.ok("PATCH", `/api/v1/datasets/${customers}`, { json: { relations: [favourite] } });
}, START_MS);
afterAll(() => program.close());

const all = (...rules: unknown[]) => ({ combinator: "and", rules });
const member = (segment: string) => ({ segment, operator: "member" });
const of = (related: string, ...rules: unknown[]) => ({ related, quantifier: "any", where: all(...rules) });
const edit = (id: string, ...rules: unknown[]) =>
  program.owner.send("PATCH", `/api/v1/segments/${id}`, { json: { query: all(...rules) } });
const read = (id: string) => program.owner.ok<SegmentBody>("GET", `/api/v1/segments/${id}`);
const nameOf = async (id: string) => (await read(id)).name;

test("Q104 a segment that would read itself is refused with the circle, and the path of the step that closes it", async () => {
  const a = await newSegment(program.owner, customers);
  const b = await newSegment(program.owner, customers, [member(a)]);
  const c = await newSegment(program.owner, customers, [all({ field: "state", operator: "is_empty" }, member(b))]);
  const names = await Promise.all([a, c, b, a].map(nameOf));
  const refused = await edit(a, { field: "state", operator: "is_empty" }, all(member(c)));
  expect(refused).toMatchObject({
    status: 422,
    body: { code: "segment_circle", path: "query.rules[1].rules[0].segment", circle: names },
  });
  expect(refused.body.detail).toContain(names.join(" → "));
  expect(await edit(a, member(a))).toMatchObject({
    status: 422,
    body: { code: "segment_circle", circle: [names[0], names[0]] },
  });
  expect((await read(a)).version).toBe(1);
  expect((await edit(c, member(a))).status).toBe(200);
});

test("Q104 circles are found across datasets", async () => {
  const big = await newSegment(program.owner, purchases, [{ field: "amount", operator: "greater_than", value: 50 }]);
  const spenders = await newSegment(program.owner, customers, [of("purchases", member(big))]);
  const refused = await edit(big, of("fans", member(spenders)));
  expect(refused).toMatchObject({
    status: 422,
    body: {
      code: "segment_circle",
      path: "query.rules[0].where.rules[0].segment",
      circle: await Promise.all([big, spenders, big].map(nameOf)),
    },
  });
});

test("Q104 of two edits at the same time that would close a circle together one is refused", async () => {
  for (let round = 0; round < 3; round++) {
    const own = await Promise.all([1, 2].map(() => newSegment(program.owner, customers)));
    const across = await Promise.all([newSegment(program.owner, customers), newSegment(program.owner, purchases)]);
    const [a, b, c, d] = [...own, ...across] as [string, string, string, string];
    const edits = [
      edit(a, member(b)),
      edit(b, member(a)),
      edit(c, of("purchases", member(d))),
      edit(d, of("fans", member(c))),
    ];
    const statuses = (await Promise.all(edits)).map(({ status }) => status);
    expect([statuses.slice(0, 2).sort(), statuses.slice(2).sort()]).toEqual([
      [200, 422],
      [200, 422],
    ]);
  }
});

test("Q105 a segment of another dataset is refused outside of related.where, and so is one that is not there", async () => {
  const big = await newSegment(program.owner, purchases);
  const json = { dataset_id: customers, name: "x", query: all(member(big)) };
  expect(await program.owner.send("POST", "/api/v1/segments", { json })).toMatchObject({
    status: 422,
    body: { code: "unknown_segment", path: "query.rules[0].segment" },
  });
  const preview = { dataset_id: customers, query: all(of("purchases", member("seg_gone"))) };
  expect(await program.owner.send("POST", "/api/v1/segments/preview", { json: preview })).toMatchObject({
    status: 422,
    body: { code: "unknown_segment", path: "query.rules[0].where.rules[0].segment" },
  });
});

test("Q106 a segment that others read, of whatever dataset, is not deleted; they are named", async () => {
  const big = await newSegment(program.owner, purchases);
  const own = await newSegment(program.owner, purchases, [member(big)]);
  const other = await newSegment(program.owner, customers, [of("purchases", member(big))]);
  const refused = await program.owner.send("DELETE", `/api/v1/segments/${big}`);
  expect(refused).toMatchObject({ status: 409, body: { code: "segment_in_use", syncs: [] } });
  const users = await Promise.all([own, other].map(async (id) => ({ id, name: await nameOf(id) })));
  expect(refused.body.segments).toEqual(expect.arrayContaining(users));
  expect(refused.body.segments).toHaveLength(2);
  await edit(other, { field: "state", operator: "is_empty" });
  await program.owner.ok("DELETE", `/api/v1/segments/${own}`);
  expect((await program.owner.send("DELETE", `/api/v1/segments/${big}`)).status).toBe(204);
});

test("Q106 a segment deleted while another begins to read it is refused, or the reading is", async () => {
  for (let round = 0; round < 3; round++) {
    const big = await newSegment(program.owner, purchases);
    const json = { dataset_id: customers, name: `reader of ${big}`, query: all(of("purchases", member(big))) };
    const [made, deleted] = await Promise.all([
      program.owner.send("POST", "/api/v1/segments", { json }),
      program.owner.send("DELETE", `/api/v1/segments/${big}`),
    ]);
    expect([
      [201, 409],
      [422, 204],
    ]).toContainEqual([made.status, deleted.status]);
  }
});

test("Q107 a segment whose child is not valid any more fails with it, is mended with it, and is not read anew", async () => {
  const own = await newDataset(program.owner, { fields: [{ name: "n", type: "number" }] });
  const child = await newSegment(program.owner, own, [{ field: "n", operator: "greater_than", value: 0 }]);
  const parent = await newSegment(program.owner, own, [member(child)]);
  await program.owner.ok("PATCH", `/api/v1/datasets/${own}`, { json: { fields: [{ name: "n", type: "text" }] } });
  expect(await read(parent)).toMatchObject({ status: "failed", error: expect.stringContaining(await nameOf(child)) });
  const json = { dataset_id: own, query: all(member(child)) };
  expect(await program.owner.send("POST", "/api/v1/segments/preview", { json })).toMatchObject({
    status: 422,
    body: { code: "segment_failed", path: "query.rules[0].segment" },
  });
  await edit(child, { field: "n", operator: "equals", value: "x" });
  expect((await read(parent)).status).toBe("live");
});

test("Q110 a renamed field is renamed in the queries of every dataset that can name it", async () => {
  const rename = (name: string, new_name: string) =>
    program.owner.ok("PATCH", `/api/v1/datasets/${purchases}`, { json: { fields: [{ name, new_name }] } });
  const own = await newSegment(program.owner, purchases, [{ field: "day", operator: "is_empty" }]);
  const within = { field: "day", last: { n: 1, unit: "month" } };
  const related = await newSegment(program.owner, customers, [
    { ...of("purchases", { field: "day", operator: "is_not_empty" }), within },
    { related: "purchases", aggregate: "max", of: "day", operator: "in_period", value: "today" },
  ]);
  const looked = await newSegment(program.owner, customers, [{ via: "favourite", field: "day", operator: "is_empty" }]);
  const apart = await newSegment(program.owner, customers, [{ field: "state", operator: "is_empty" }]);
  await rename("day", "bought on");
  expect((await read(own)).query.rules).toMatchObject([{ field: "bought on" }]);
  expect(await read(related)).toMatchObject({
    version: 2,
    query: {
      rules: [
        { where: { rules: [{ field: "bought on" }] }, within: { field: "bought on" } },
        { aggregate: "max", of: "bought on" },
      ],
    },
  });
  expect(await read(looked)).toMatchObject({
    version: 2,
    query: { rules: [{ via: "favourite", field: "bought on" }] },
  });
  expect(await read(apart)).toMatchObject({ version: 1 });
  await rename("bought on", "day");
  expect((await read(looked)).words).toContain("favourite’s day is empty");
});

test("Q111 a renamed relation is renamed in the queries of both its datasets", async () => {
  const rename = (json: object) =>
    program.owner.ok("PATCH", `/api/v1/datasets/${purchases}`, { json: { relations: [json] } });
  const looked = await newSegment(program.owner, purchases, [
    { via: "customer", field: "state", operator: "is_empty" },
  ]);
  const related = await newSegment(program.owner, customers, [of("purchases")]);
  await rename({ name: "customer", new_name: "buyer", reverse_name: "orders" });
  expect(await read(looked)).toMatchObject({ version: 2, status: "live", query: { rules: [{ via: "buyer" }] } });
  expect(await read(related)).toMatchObject({ version: 2, status: "live", query: { rules: [{ related: "orders" }] } });
  await rename({ name: "buyer", new_name: "customer", reverse_name: "purchases" });
  expect(await read(related)).toMatchObject({ version: 3, query: { rules: [{ related: "purchases" }] } });
});

test("Q112 computed fields and formula rules follow new names of fields and relations", async () => {
  const stores = await newDataset(program.owner, { fields: [{ name: "region", type: "text" }] });
  const visitors = await newDataset(program.owner, {
    fields: [{ name: "home", type: "text" }],
    relations: [{ name: "store", field: "store_id", dataset_id: stores, reverse_name: "visitors" }],
  });
  const patch = (dataset: string, json: object) => program.owner.ok("PATCH", `/api/v1/datasets/${dataset}`, { json });
  await patch(visitors, { fields: [{ name: "local", formula: "store.region == home" }] });
  const id = await newSegment(program.owner, visitors, [
    { field: "local", operator: "is_true" },
    { formula: 'store.region == "West" && length(home) > 1' },
  ]);
  await patch(stores, { fields: [{ name: "region", new_name: "sales area" }] });
  await patch(visitors, { fields: [{ name: "home", new_name: "town" }] });
  await patch(visitors, { relations: [{ name: "store", new_name: "shop" }] });
  const { fields } = await program.owner.ok<{ fields: { name: string; formula?: string }[] }>(
    "GET",
    `/api/v1/datasets/${visitors}`,
  );
  expect(fields.find(({ name }) => name === "local")?.formula).toBe("shop.`sales area` == town");
  expect(await read(id)).toMatchObject({
    version: 4,
    query: { rules: [{ field: "local" }, { formula: 'shop.`sales area` == "West" && length(town) > 1' }] },
  });
  expect(await read(id)).not.toMatchObject({ status: "failed" });
});

test("Q108 the shards' catalogue has segments after those that they read", async () => {
  const own = await newDataset(program.owner, { fields: [{ name: "n", type: "number" }] });
  const rows = [1, 2, 3, 4].map((n) => ({ id: `k${n}`, n }));
  await program.owner.ok("POST", `/api/v1/datasets/${own}/records`, { json: rows });
  const low = await newSegment(program.owner, own, [{ field: "n", operator: "less_than", value: 3 }]);
  const both = await newSegment(program.owner, own, [member(low), { field: "n", operator: "greater_than", value: 1 }]);
  expect(await program.owner.ok("GET", `/api/v1/segments/${both}`)).toMatchObject({ status: "live", member_count: 1 });
  await edit(low, { field: "n", operator: "less_than", value: 4 });
  expect(await program.owner.ok("GET", `/api/v1/segments/${both}`)).toMatchObject({ member_count: 2 });
});
