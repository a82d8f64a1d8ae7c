/** Windows that open and close while one looks, changes of the zone, and what is stored of relative values. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { arrival } from "./clock.ts";
import { EventStream } from "./events.ts";
import { eventually, eventuallyEquals } from "./eventually.ts";
import {
  createDataset,
  createSegment,
  getRecord,
  getSegment,
  memberKeys,
  only,
  preview,
  upsert,
  verify,
} from "./nouns.ts";
import { addDays } from "./oracle/time.ts";
import { localDate } from "./oracle/values.ts";
import type { FieldShape, Group } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

/** Promised is a second; a shared, busy machine gets more room. */
const LATE_MS = 2_000;
const fields: FieldShape[] = [
  { name: "id", type: "text" },
  { name: "day", type: "date" },
  { name: "at", type: "datetime" },
];
let owner: Client;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
});

const dataset = async (client = owner): Promise<string> => (await createDataset(client, { key: "id", fields })).id;
const isoIn = (ms: number): string => new Date(Date.now() + ms).toISOString();
const minute = { n: 1, unit: "minute" };

test("S70 S71 T5 a minute window closes and opens at the very second, without any write, told on the stream", async () => {
  const id = await dataset();
  const last = await createSegment(owner, id, only("at", "in_last", minute));
  const next = await createSegment(owner, id, only("at", "in_next", minute));
  const stream = await EventStream.open(owner);
  const leaves = Date.now() + 5_000;
  const iso = (ms: number) => new Date(leaves + ms).toISOString();
  await upsert(owner, id, [
    { id: "old", at: iso(-60_000) },
    { id: "older", at: iso(-120_000) },
    { id: "soon", at: iso(3_000) },
    { id: "later", at: iso(66_000) },
  ]);
  expect(await memberKeys(owner, last.id)).toEqual(["old"]);
  expect(await memberKeys(owner, next.id)).toEqual(["soon"]);
  const seen = stream.events.length;
  const told = (segment: string, count: number, after = seen) =>
    stream.waitFor(
      `${segment} has ${count}`,
      (event) =>
        stream.events.indexOf(event) >= after &&
        event.event === "segment" &&
        event.data.segment_id === segment &&
        event.data.member_count === count,
      20_000,
    );
  const left = await told(last.id, 0);
  expect(arrival(left, Date.now) - leaves).toBeGreaterThanOrEqual(-50);
  expect(arrival(left, Date.now) - leaves).toBeLessThan(LATE_MS);
  expect(await memberKeys(owner, last.id)).toEqual([]);
  const entered = await told(last.id, 1, stream.events.indexOf(left) + 1);
  expect(arrival(entered, Date.now) - (leaves + 3_000)).toBeGreaterThanOrEqual(-50);
  expect(arrival(entered, Date.now) - (leaves + 3_000)).toBeLessThan(LATE_MS);
  expect(await memberKeys(owner, last.id)).toEqual(["soon"]);
  await eventuallyEquals("the next minute reaches later", () => memberKeys(owner, next.id), ["later"], 10_000);
  expect(Date.now() - (leaves + 6_000)).toBeGreaterThanOrEqual(-50);
  for (const segment of [last, next]) expect(await verify(owner, segment.id)).toMatchObject({ missing: [], extra: [] });
  stream.close();
});

test("S70 members, count and preview never disagree while rows fall out of an hour one by one", async () => {
  const id = await dataset();
  const query = only("at", "in_last", { n: 1, unit: "hour" });
  const end = Date.now() + 4_000;
  const rows = Array.from({ length: 40 }, (_, n) => ({
    id: `k${n}`,
    at: new Date(end - 3_600_000 - n * 75).toISOString(),
  }));
  const segment = await createSegment(owner, id, query);
  await upsert(owner, id, rows);
  await eventually("all have left", async () => {
    const begun = Date.now();
    const [{ count }, keys] = [await preview(owner, id, query), await memberKeys(owner, segment.id)];
    const done = Date.now();
    const alive = (now: number) => rows.filter(({ at }) => Date.parse(at) > now - 3_600_000).length;
    for (const seen of [count, keys.length]) {
      expect(seen).toBeLessThanOrEqual(alive(begun - 250));
      expect(seen).toBeGreaterThanOrEqual(alive(done + 250));
    }
    return keys.length === 0;
  });
});

test("relative values are stored as they were said", async () => {
  const id = await dataset();
  const query: Group = {
    combinator: "and",
    rules: [
      { field: "day", operator: "in_last", value: { n: 30, unit: "day" } },
      { field: "day", operator: "not_in_last", value: { n: 2, unit: "week" } },
      { field: "at", operator: "in_next", value: { n: 90, unit: "minute" } },
      { field: "at", operator: "in_period", value: "last_quarter" },
    ],
  };
  const segment = await createSegment(owner, id, query);
  expect((await getSegment(owner, segment.id)).query).toMatchObject(query);
});

test("a formula is stored as it was written", async () => {
  const query: Group = { combinator: "and", rules: [{ formula: "days_since( day )>3 and `at` < now()" }] };
  const segment = await createSegment(owner, await dataset(), query);
  expect((await getSegment(owner, segment.id)).query).toMatchObject(query);
});

test("E60 a formula that reads the clock lets its members go at the very instant, without any write", async () => {
  const id = await dataset();
  const segment = await createSegment(owner, id, { combinator: "and", rules: [{ formula: "at > now()" }] });
  const stream = await EventStream.open(owner);
  const at = Date.now() + 3_000;
  await upsert(owner, id, [{ id: "soon", at: new Date(at).toISOString() }]);
  expect(await memberKeys(owner, segment.id)).toEqual(["soon"]);
  const left = await stream.waitFor(
    "nobody is left",
    ({ event, data }) =>
      event === "segment" && data.segment_id === segment.id && data.member_count === 0 && Date.now() > at,
  );
  expect(arrival(left, Date.now) - at).toBeLessThan(LATE_MS);
  expect(await memberKeys(owner, segment.id)).toEqual([]);
  expect(await verify(owner, segment.id)).toMatchObject({ missing: [], extra: [] });
  stream.close();
});

const windowsOf = (eastDay: string, westDay: string): [Group, string[], string[]][] => [
  [only("day", "in_period", "today"), ["east"], ["west"]],
  [only("day", "in_last", { n: 1, unit: "day" }), ["east"], ["west"]],
  [only("at", "on", eastDay), ["now"], []],
  [only("at", "on", westDay), [], ["now"]],
];
const formulas: [Group, string[], string[]][] = [
  [{ combinator: "and", rules: [{ formula: "day == today()" }] }, ["east"], ["west"]],
  [{ combinator: "and", rules: [{ formula: "days_since(day) == 0 && day == today()" }] }, ["east"], ["west"]],
];

test.each([
  ["calendar conditions", windowsOf],
  ["formulas that read the date", () => formulas],
])("a time zone set by PATCH re-evaluates %s, and moves no stored instant", async (_name, casesOf) => {
  const [east, west] = ["Pacific/Kiritimati", "Pacific/Pago_Pago"];
  const { owner: other } = await openWorkspace(east);
  const id = await dataset(other);
  const today = (zone: string) => localDate(Date.now(), zone);
  const [eastDay, westDay] = [today(east), today(west)];
  const at = isoIn(0);
  await upsert(other, id, [
    { id: "east", day: eastDay },
    { id: "west", day: westDay },
    { id: "now", at },
    { id: "before", day: addDays(westDay, -1) },
  ]);
  const windows = casesOf(eastDay, westDay);
  const segments = [];
  for (const [query, before] of windows) {
    const segment = await createSegment(other, id, query);
    expect(await memberKeys(other, segment.id), JSON.stringify(query)).toEqual(before);
    segments.push(segment);
  }
  await other.patch("/api/v1/workspace", { time_zone: west });
  for (const [n, [query, , after]] of windows.entries()) {
    const segment = segments[n]?.id ?? "";
    await eventuallyEquals(`in the new zone: ${JSON.stringify(query)}`, () => memberKeys(other, segment), after);
    expect((await preview(other, id, query)).count).toBe(after.length);
    expect(await verify(other, segment)).toMatchObject({ missing: [], extra: [] });
  }
  expect(Date.parse(String((await getRecord(other, id, "now")).data.at))).toBe(Date.parse(at));
  expect([eastDay, westDay], "the day turned while the test ran").toEqual([today(east), today(west)]);
});
