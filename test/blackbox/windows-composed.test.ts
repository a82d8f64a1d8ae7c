/** What follows from a window follows the clock as well: parents of related records, lookups, segments of segments. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { arrival } from "./clock.ts";
import { EventStream } from "./events.ts";
import { createDataset, createSegment, getRecord, memberKeys, only, preview, upsert, verify } from "./nouns.ts";
import type { AnyRule, FieldShape, Group } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

/** Promised is a second; a shared, busy machine gets more room. */
const LATE_MS = 2_000;
const AHEAD_MS = 4_000;
const id: FieldShape = { name: "id", type: "text" };
const at: FieldShape = { name: "at", type: "datetime" };
const minute = { n: 1, unit: "minute" };
let owner: Client;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
});

const all = (...rules: AnyRule[]): Group => ({ combinator: "and", rules });

/** Waits for the count that the clock alone brings about, and says how late it was told. */
async function toldLate(stream: EventStream, segment: string, count: number, instant: number): Promise<number> {
  const event = await stream.waitFor(
    `${segment} has ${count} once its window has closed`,
    (each) =>
      each.event === "segment" &&
      each.data.segment_id === segment &&
      each.data.member_count === count &&
      arrival(each, Date.now) > instant - 100,
    AHEAD_MS + 10_000,
  );
  return arrival(event, Date.now) - instant;
}

async function customersWithPurchases(): Promise<[customers: string, purchases: string]> {
  const customers = (await createDataset(owner, { key: "id", fields: [id, at] })).id;
  const purchases = await createDataset(owner, {
    key: "id",
    fields: [id, at, { name: "customer", type: "text" }, { name: "amount", type: "number" }],
    relations: [{ name: "buyer", field: "customer", dataset_id: customers, reverse_name: "purchases" }],
  });
  await upsert(owner, customers, [{ id: "ann" }, { id: "bob" }, { id: "cy" }]);
  return [customers, purchases.id];
}

test("R6 parents leave and enter when their related records fall out of a minute: any, none, a sum, an average", async () => {
  const [customers, purchases] = await customersWithPurchases();
  const within = { field: "at", last: minute };
  const figure = (aggregate: string, operator: string, value: number) =>
    createSegment(owner, customers, all({ related: "purchases", aggregate, of: "amount", within, operator, value }));
  const any = await createSegment(owner, customers, all({ related: "purchases", quantifier: "any", within }));
  const none = await createSegment(owner, customers, all({ related: "purchases", quantifier: "none", within }));
  const sum = await figure("sum", "greater_than", 10);
  const average = await figure("average", "less_than", 6);
  const stream = await EventStream.open(owner);
  const leaves = Date.now() + AHEAD_MS;
  const old = new Date(leaves - 60_000).toISOString();
  const recent = new Date(leaves).toISOString();
  await upsert(owner, purchases, [
    { id: "1", customer: "ann", amount: 9, at: old },
    { id: "2", customer: "bob", amount: 9, at: old },
    { id: "3", customer: "bob", amount: 4, at: new Date(leaves - 30_000).toISOString() },
    { id: "4", customer: "cy", amount: 1, at: recent },
  ]);
  const members = () => Promise.all([any, none, sum, average].map(({ id: each }) => memberKeys(owner, each)));
  expect(await members()).toEqual([["ann", "bob"], ["cy"], ["bob"], []]);
  expect(await toldLate(stream, sum.id, 0, leaves)).toBeLessThan(LATE_MS);
  expect(await toldLate(stream, average.id, 2, leaves)).toBeLessThan(LATE_MS);
  expect(await members()).toEqual([["bob", "cy"], ["ann"], [], ["bob", "cy"]]);
  for (const segment of [any, none, sum, average])
    expect(await verify(owner, segment.id)).toMatchObject({ checked: 3, missing: [], extra: [] });
  stream.close();
});

test("a window over a looked-up date closes for those that point at it", async () => {
  const [customers, purchases] = await customersWithPurchases();
  const rule = { via: "buyer", field: "at", operator: "in_last", value: minute };
  const segment = await createSegment(owner, purchases, all(rule));
  const stream = await EventStream.open(owner);
  await upsert(owner, purchases, [
    { id: "1", customer: "ann" },
    { id: "2", customer: "bob" },
  ]);
  const leaves = Date.now() + AHEAD_MS;
  await upsert(owner, customers, [{ id: "ann", at: new Date(leaves - 60_000).toISOString() }]);
  await stream.waitFor(
    "ann's purchase is a member",
    ({ event, data }) => event === "segment" && data.segment_id === segment.id && data.member_count === 1,
  );
  expect(await toldLate(stream, segment.id, 0, leaves)).toBeLessThan(LATE_MS);
  expect(await memberKeys(owner, segment.id)).toEqual([]);
  expect((await preview(owner, purchases, all(rule))).count).toBe(0);
  expect(await verify(owner, segment.id)).toMatchObject({ missing: [], extra: [] });
  stream.close();
});

test("S73 a segment that names one with a window turns over with it, in both directions", async () => {
  const own = (await createDataset(owner, { key: "id", fields: [id, at] })).id;
  const fresh = await createSegment(owner, own, only("at", "in_last", minute));
  const stale = await createSegment(owner, own, all({ segment: fresh.id, operator: "not_member" }));
  const stream = await EventStream.open(owner);
  const leaves = Date.now() + AHEAD_MS;
  await upsert(owner, own, [
    { id: "a", at: new Date(leaves - 60_000).toISOString() },
    { id: "b", at: new Date(leaves - 50_000).toISOString() },
  ]);
  expect(await memberKeys(owner, stale.id)).toEqual([]);
  expect(await toldLate(stream, stale.id, 1, leaves)).toBeLessThan(LATE_MS);
  expect(await memberKeys(owner, fresh.id)).toEqual(["b"]);
  expect(await memberKeys(owner, stale.id)).toEqual(["a"]);
  expect((await getRecord(owner, own, "a")).segments).toEqual([stale.id]);
  stream.close();
});

test("R13 a parent whose related record's segment has a window leaves with it", async () => {
  const [customers, purchases] = await customersWithPurchases();
  const fresh = await createSegment(owner, purchases, only("at", "in_last", minute));
  const where = all({ segment: fresh.id, operator: "member" });
  const buyers = await createSegment(owner, customers, all({ related: "purchases", quantifier: "any", where }));
  const stream = await EventStream.open(owner);
  const leaves = Date.now() + AHEAD_MS;
  await upsert(owner, purchases, [{ id: "1", customer: "ann", at: new Date(leaves - 60_000).toISOString() }]);
  expect(await memberKeys(owner, buyers.id)).toEqual(["ann"]);
  expect(await toldLate(stream, buyers.id, 0, leaves)).toBeLessThan(LATE_MS);
  expect(await memberKeys(owner, buyers.id)).toEqual([]);
  expect(await verify(owner, buyers.id)).toMatchObject({ missing: [], extra: [] });
  stream.close();
});

test("E60 a computed field that reads the clock is compared as it is now", async () => {
  const own = (
    await createDataset(owner, {
      key: "id",
      fields: [id, at, { name: "over", type: "boolean", formula: "at <= now()" }],
    })
  ).id;
  const segment = await createSegment(owner, own, only("over", "is_true"));
  const stream = await EventStream.open(owner);
  const due = Date.now() + AHEAD_MS;
  await upsert(owner, own, [{ id: "a", at: new Date(due).toISOString() }]);
  expect(await memberKeys(owner, segment.id)).toEqual([]);
  expect((await getRecord(owner, own, "a")).data.over).toBe(false);
  expect(await toldLate(stream, segment.id, 1, due)).toBeLessThan(LATE_MS);
  expect(await memberKeys(owner, segment.id)).toEqual(["a"]);
  expect((await getRecord(owner, own, "a")).data.over).toBe(true);
  stream.close();
});
