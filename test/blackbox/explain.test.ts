/** Why a record is in or out: condition by condition, with the values seen and the instant at which a window will change. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { createDataset, createSegment, memberKeys, recordPath, upsert } from "./nouns.ts";
import { addDays, startOfDay } from "./oracle/time.ts";
import { localDate } from "./oracle/values.ts";
import { expectProblem } from "./problems.ts";
import { quietZone } from "./shop.ts";
import type { Group, Segment } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

const zone = quietZone();
const today = localDate(Date.now(), zone);
let owner: Client;
let dataset: string;
let purchases: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace(zone));
  const text = (name: string) => ({ name, type: "text" as const });
  const fields = [
    text("id"),
    text("state"),
    { name: "n", type: "number" as const },
    { name: "day", type: "date" as const },
    { name: "at", type: "datetime" as const },
  ];
  dataset = (await createDataset(owner, { key: "id", fields })).id;
  const relations = [{ name: "buyer", field: "customer", dataset_id: dataset, reverse_name: "purchases" }];
  const pointing = [text("id"), text("customer"), { name: "amount", type: "number" as const }];
  purchases = (await createDataset(owner, { key: "id", fields: pointing, relations })).id;
  await upsert(owner, dataset, [
    { id: "in", state: "Californication", n: 4711, day: addDays(today, -3), at: isoIn(-600_000) },
    { id: "out", state: "Nevada", n: -815, day: addDays(today, 9), at: isoIn(4_000_000) },
    { id: "blank" },
  ]);
  await upsert(owner, purchases, [
    { id: "1", customer: "in", amount: 300.25 },
    { id: "2", customer: "in", amount: 300.5 },
  ]);
});

const isoIn = (ms: number): string => new Date(Date.now() + ms).toISOString();
const all = (...rules: Group["rules"]): Group => ({ combinator: "and", rules });

/** Every scalar anywhere in an answer. */
function scalars(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(scalars) : [value];
}

const instants = (value: unknown): number[] =>
  scalars(value)
    .filter((each): each is string => typeof each === "string" && /^\d{4}-\d\d-\d\dT/.test(each))
    .map(Date.parse);

const why = (segment: Segment, key: string): Promise<unknown> =>
  owner.get(`/api/v1/segments/${segment.id}/explain/${encodeURIComponent(key)}`);

test("the plan names what is read, and has hints", async () => {
  const query = all({ field: "state", operator: "starts_with", value: "cal" }, { formula: "n > 100" });
  const segment = await createSegment(owner, dataset, query);
  const plan = await owner.get<{ hints: unknown[] }>(`/api/v1/segments/${segment.id}/explain`);
  expect(Array.isArray(plan.hints)).toBe(true);
  for (const name of ["state", "n"]) expect(JSON.stringify(plan)).toContain(name);
});

test("M22 of a member and of a non-member every condition is told with its verdict and the value seen", async () => {
  const query: Group = {
    combinator: "or",
    rules: [
      { field: "state", operator: "equals", value: "Californication" },
      { field: "n", operator: "greater_than", value: 10_000 },
    ],
  };
  const segment = await createSegment(owner, dataset, query);
  const inside = await why(segment, "in");
  expect(scalars(inside)).toEqual(expect.arrayContaining(["Californication", 4711, true, false]));
  const outside = await why(segment, "out");
  expect(scalars(outside)).toEqual(expect.arrayContaining(["Nevada", -815, false]));
  expect(scalars(outside)).not.toContain(true);
  expect(scalars(await why(segment, "blank"))).not.toContain(true);
});

test("M22 a day window tells the local midnight at which the record will leave, or enter", async () => {
  const last = await createSegment(
    owner,
    dataset,
    all({ field: "day", operator: "in_last", value: { n: 30, unit: "day" } }),
  );
  expect(instants(await why(last, "in"))).toContain(startOfDay(addDays(today, 27), zone));
  expect(instants(await why(last, "out"))).toContain(startOfDay(addDays(today, 9), zone));
  const next = await createSegment(
    owner,
    dataset,
    all({ field: "day", operator: "in_next", value: { n: 2, unit: "day" } }),
  );
  expect(instants(await why(next, "out"))).toContain(startOfDay(addDays(today, 7), zone));
});

test("M22 an hour window tells the very instant", async () => {
  const { data } = await owner.get<{ data: { at: string } }>(recordPath(dataset, "in"));
  const last = await createSegment(
    owner,
    dataset,
    all({ field: "at", operator: "in_last", value: { n: 1, unit: "hour" } }),
  );
  expect(instants(await why(last, "in"))).toContain(Date.parse(data.at) + 3_600_000);
});

test("a figure over related records is told with its value, and a formula with what it read", async () => {
  const spent = { related: "purchases", aggregate: "sum", of: "amount", operator: "greater_than", value: 600 };
  const segment = await createSegment(owner, dataset, all(spent, { formula: "n * 2 > 9000" }));
  expect(await memberKeys(owner, segment.id)).toEqual(["in"]);
  expect(scalars(await why(segment, "in"))).toContain(600.75);
  expect(scalars(await why(segment, "out"))).toContain(0);
  expect(JSON.stringify(await why(segment, "in"))).toContain("n * 2 > 9000");
});

test("a segment within a segment is told by its name or id and its verdict", async () => {
  const inner = await createSegment(owner, dataset, all({ field: "n", operator: "less_than", value: 0 }));
  const segment = await createSegment(owner, dataset, all({ segment: inner.id, operator: "not_member" }));
  const told = JSON.stringify(await why(segment, "out"));
  expect(told.includes(inner.id) || told.includes(inner.name)).toBe(true);
});

test("a record that is not there cannot be explained", async () => {
  const segment = await createSegment(owner, dataset, all());
  expectProblem(await owner.send("GET", `/api/v1/segments/${segment.id}/explain/nobody`), 404);
});
