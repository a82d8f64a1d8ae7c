import { beforeEach, expect, test } from "vitest";
import type { Field, Query } from "../../engine/index.ts";
import { RelatedWorld } from "./testing.ts";

const CUSTOMERS: Field[] = [
  { id: 0, name: "id", type: "text" },
  { id: 1, name: "state", type: "text" },
];
const PURCHASES: Field[] = [
  { id: 0, name: "id", type: "text" },
  { id: 1, name: "customer_id", type: "text" },
  { id: 2, name: "amount", type: "number" },
  { id: 3, name: "bought_on", type: "date" },
];
const AMOUNT = 2;
const BOUGHT_ON = 3;

const all: Query = { combinator: "and", rules: [] };
const over = (value: number): Query => ({
  combinator: "and",
  rules: [{ field: AMOUNT, operator: "greater_than", value }],
});
const any = (where: Query): Query => ({
  combinator: "and",
  rules: [{ related: "rel_1", quantifier: "any", where }],
});

let world: RelatedWorld;

beforeEach(() => {
  world = new RelatedWorld();
  world.dataset({ dataset_id: "customers", shard_count: 2, fields: CUSTOMERS, segments: [] });
  world.dataset({ dataset_id: "purchases", shard_count: 3, fields: PURCHASES, segments: [] });
});

function relate(): void {
  const names = { name: "customer", reverse_name: "purchases", numbers: [0, 0] as const };
  world.relate({ id: "rel_1", from: "purchases", field: 1, to: "customers", ...names });
}

async function ready(): Promise<void> {
  relate();
  await world.settle("purchases", "customers");
}

test("R1 a purchase that was acknowledged is seen by the next question about its customer", async () => {
  await ready();
  await world.write("customers", [["ann"], ["bob"], ["cid"]]);
  await world.write("purchases", [
    ["p1", "ann", 10],
    ["p2", "bob", 3],
  ]);
  expect(await world.matching("customers", any(over(5)))).toEqual(["ann"]);
  expect(await world.matching("customers", any(all))).toEqual(["ann", "bob"]);
});

test("R1 a live segment over purchases moves with each of them", async () => {
  await ready();
  world.segment("customers", "big", any(over(5)));
  await world.settle("customers");
  await world.write("customers", [["ann"], ["bob"], ["cid"]]);
  await world.write("purchases", [["p1", "ann", 10]]);
  expect(await world.members("customers", "big")).toEqual(["ann"]);
  await world.write("purchases", [["p1", "bob", 10]]);
  expect(await world.members("customers", "big")).toEqual(["bob"]);
  await world.write("purchases", [["p1", "bob", 4]]);
  expect(await world.members("customers", "big")).toEqual([]);
  await world.write("purchases", [["p1", "cid", 40]]);
  await world.remove("purchases", ["p1"]);
  expect(await world.members("customers", "big")).toEqual([]);
});

test("R2 purchases wait for their customer, and for one that was deleted", async () => {
  await ready();
  world.segment("customers", "big", any(over(5)));
  await world.settle("customers");
  await world.write("purchases", [["p1", "ann", 10]]);
  await world.write("customers", [["ann"], ["bob"]]);
  expect(await world.members("customers", "big")).toEqual(["ann"]);
  expect(await world.matching("customers", any(over(5)))).toEqual(["ann"]);
  await world.remove("customers", ["ann"]);
  expect(await world.members("customers", "big")).toEqual([]);
  await world.write("customers", [["ann"]]);
  expect(await world.members("customers", "big")).toEqual(["ann"]);
  expect(await world.matching("customers", any(over(5)))).toEqual(["ann"]);
});

test("R3 a relation declared later is built from the rows that are there; until then queries are refused", async () => {
  await world.write("customers", [["ann"], ["bob"]]);
  await world.write("purchases", [
    ["p1", "ann", 10],
    ["p2", "bob", 3],
  ]);
  relate();
  const { object } = world.shard("customers", 0);
  const early = await object.preview({ version: world.version, query: any(over(5)), sample: 0 });
  expect(early).toMatchObject({ ok: false, problem: { code: "relation_building", status: 409 } });
  await world.settle("purchases");
  expect(await world.matching("customers", any(over(5)))).toEqual(["ann"]);
});

test("R4 a lost call is repeated, also after a crash", async () => {
  await ready();
  await world.write("customers", [["ann"], ["bob"]]);
  let lost = 0;
  world.fault = (call) => {
    if (call === "after copyIn" && ++lost < 3) throw new Error("lost");
  };
  await world.write("purchases", [["p1", "ann", 10]]);
  expect(lost).toBe(3);
  world.fault = (call) => {
    if (call === "before copyIn") throw new Error("away");
  };
  await expect(world.write("purchases", [["p1", "bob", 10]])).rejects.toThrow("away");
  world.fault = () => {};
  for (const host of world.shardsOf("purchases")) host.crash();
  await world.settle("purchases");
  expect(await world.matching("customers", any(over(5)))).toEqual(["bob"]);
});

const spent = (n: number, value: number): Query => ({
  combinator: "and",
  rules: [
    {
      related: "rel_1",
      aggregate: "sum",
      of: AMOUNT,
      where: all,
      within: { field: BOUGHT_ON, last: { n, unit: "day" } },
      operator: "greater_or_equal",
      value,
    },
  ],
});

test("R5 aggregates over the last days, exactly", async () => {
  await ready();
  await world.write("customers", [["ann"], ["bob"]]);
  await world.write("purchases", [
    ["p1", "ann", 0.1, "2026-03-01"],
    ["p2", "ann", 0.2, "2026-02-28"],
    ["p3", "bob", 0.3, "2026-01-01"],
  ]);
  expect(await world.matching("customers", spent(2, 0.3))).toEqual(["ann"]);
  expect(await world.matching("customers", spent(1, 0.3))).toEqual([]);
  expect(await world.matching("customers", spent(90, 0.3))).toEqual(["ann", "bob"]);
  world.segment("customers", "recent", spent(2, 0.3));
  await world.settle("customers");
  expect(await world.members("customers", "recent")).toEqual(["ann"]);
  world.clock.advance(86_400_000);
  await world.settle("customers");
  expect(await world.members("customers", "recent")).toEqual([]);
  await world.write("purchases", [["p4", "bob", 1, "2026-03-02"]]);
  expect(await world.members("customers", "recent")).toEqual(["bob"]);
  world.clock.advance(2 * 86_400_000);
  expect(await world.members("customers", "recent")).toEqual([]);
});

test("R6 the first purchase of all leaves its window when its day has passed", async () => {
  await ready();
  world.segment("customers", "recent", spent(2, 1));
  await world.write("customers", [["ann"]]);
  await world.settle("customers");
  await world.write("purchases", [["p1", "ann", 1, "2026-03-01"]]);
  expect(await world.members("customers", "recent")).toEqual(["ann"]);
  world.clock.advance(2 * 86_400_000);
  expect(await world.members("customers", "recent")).toEqual([]);
});

const inState = (value: string): Query => ({
  combinator: "and",
  rules: [{ via: "rel_1", field: 1, operator: "equals", value }],
});

async function lookingUp(): Promise<void> {
  relate();
  world.wantLookups("rel_1");
  await world.settle("purchases", "customers");
}

test("R10 a looked-up field is read as the record's own, also of a record that is written later", async () => {
  await world.write("customers", [
    ["ann", "CA"],
    ["bob", "NY"],
  ]);
  await world.write("purchases", [["p1", "ann", 1]]);
  await lookingUp();
  world.segment("purchases", "ca", inState("CA"));
  await world.settle("purchases");
  await world.write("purchases", [
    ["p2", "bob", 1],
    ["p3", "ann", 1],
    ["p4", "cid", 1],
  ]);
  expect(await world.members("purchases", "ca")).toEqual(["p1", "p3"]);
  expect(await world.matching("purchases", inState("CA"))).toEqual(["p1", "p3"]);
  expect(await world.matching("purchases", inState("NY"))).toEqual(["p2"]);
});

test("R11 a change in a looked-up record, its coming and its going move just the records that point at it", async () => {
  await lookingUp();
  world.segment("purchases", "ca", inState("CA"));
  await world.settle("purchases");
  await world.write("purchases", [
    ["p1", "ann", 1],
    ["p2", "bob", 1],
  ]);
  const expectMembers = async (...keys: string[]) => {
    for (const host of world.shardsOf("customers")) await host.quiet();
    await world.settle("customers", "purchases");
    expect(await world.members("purchases", "ca")).toEqual(keys);
    expect(await world.matching("purchases", inState("CA"))).toEqual(keys);
  };
  await expectMembers();
  await world.write("customers", [["ann", "CA"]]);
  await expectMembers("p1");
  await world.write("customers", [["bob", "CA"]]);
  await expectMembers("p1", "p2");
  await world.write("purchases", [["p1", "nobody", 1]]);
  await expectMembers("p2");
  await world.write("customers", [["ann", "NY"]]);
  await world.write("purchases", [["p2", "ann", 1]]);
  await expectMembers();
  await world.write("customers", [["ann", "CA"]]);
  await expectMembers("p2");
  await world.remove("customers", ["ann"]);
  await expectMembers();
});

test("R12 until looked-up records are here, queries that read them are refused", async () => {
  await world.write("customers", [["ann", "CA"]]);
  await world.write("purchases", [["p1", "ann", 1]]);
  relate();
  const { object } = world.shard("purchases", 0);
  const early = await object.preview({ version: world.version, query: inState("CA"), sample: 0 });
  expect(early).toMatchObject({ ok: false, problem: { code: "relation_building" } });
});

const inSegment = (segment: string): Query => any({ combinator: "and", rules: [{ segment, operator: "member" }] });

test("R13 a segment of the purchases that is named in `where` moves their customers with the same write", async () => {
  await ready();
  world.segment("purchases", "large", over(5));
  world.segment("customers", "buyers", inSegment("large"));
  world.share("rel_1", "large");
  await world.write("customers", [["ann"], ["bob"]]);
  await world.write("purchases", [
    ["p1", "ann", 10],
    ["p2", "bob", 3],
  ]);
  await world.settle("purchases", "purchases", "customers");
  expect(await world.members("customers", "buyers")).toEqual(["ann"]);
  expect(await world.matching("customers", inSegment("large"))).toEqual(["ann"]);
  await world.write("purchases", [["p2", "bob", 6]]);
  expect(await world.members("customers", "buyers")).toEqual(["ann", "bob"]);
  world.segment("purchases", "large", over(8));
  await world.settle("purchases", "customers");
  expect(await world.members("customers", "buyers")).toEqual(["ann"]);
  await world.write("purchases", [["p1", "bob", 10]]);
  expect(await world.members("customers", "buyers")).toEqual(["bob"]);
  expect(await world.matching("customers", inSegment("large"))).toEqual(["bob"]);
  for (const host of world.shardsOf("purchases")) host.crash();
  await world.write("purchases", [["p1", "bob", 1]]);
  expect(await world.members("customers", "buyers")).toEqual([]);
});
