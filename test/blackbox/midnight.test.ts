/** Local midnights, met by programs whose clocks are started seconds before: in UTC, and on the 25- and 23-hour days. */
import { afterEach, expect, test } from "vitest";
import { type Client, signIn } from "./client.ts";
import { arrival, programClock } from "./clock.ts";
import { EventStream } from "./events.ts";
import { type RunningHost, startHost } from "./host.ts";
import { createDataset, createSegment, getSegment, memberKeys, only, preview, upsert, verify } from "./nouns.ts";
import { addDays } from "./oracle/time.ts";
import type { Group } from "./wire.ts";

/** From the start of the program to midnight: what the set-up may take. */
const LEAD_MS = process.env.CUTTY_HOST === "workerd" ? 45_000 : 20_000;
/** Promised is a second, by the program's own clock; the way to a busy machine's reader gets another one. */
const LATE_MS = 1_000;
const ARRIVAL_MS = 2_000;

let host: RunningHost | null = null;
let client: Client;

afterEach(async () => {
  await host?.close();
  host = null;
});

async function startBefore(midnight: number, zone: string): Promise<() => number> {
  const clock = new Date(midnight - LEAD_MS).toISOString();
  host = await startHost({ CUTTY_CLOCK: clock, CUTTY_TIME_ZONE: zone });
  client = await signIn(host.url, host.email, host.password);
  return programClock(client);
}

const all = (rule: Group["rules"][number]): Group => ({ combinator: "and", rules: [rule] });

/** [the query, its members before midnight, and after]: y1 of yesterday, t1 t2 of today, m1 … of tomorrow, n1 … of the day after. */
const cases: Record<string, [Group, string, string]> = {
  "in the last 1 day": [only("day", "in_last", { n: 1, unit: "day" }), "t1 t2", "m1 m2 m3"],
  "in the last 2 days": [only("day", "in_last", { n: 2, unit: "day" }), "t1 t2 y1", "m1 m2 m3 t1 t2"],
  "not in the last 1 day": [
    only("day", "not_in_last", { n: 1, unit: "day" }),
    "blank m1 m2 m3 n1 n2 n3 n4 y1",
    "blank n1 n2 n3 n4 t1 t2 y1",
  ],
  "in the next 1 day": [only("day", "in_next", { n: 1, unit: "day" }), "m1 m2 m3", "n1 n2 n3 n4"],
  "today, of instants": [only("at", "in_period", "today"), "t1 t2", "m1 m2 m3"],
  yesterday: [only("day", "in_period", "yesterday"), "y1", "t1 t2"],
  "a formula with days_since": [all({ formula: "days_since(day) == 1" }), "y1", "t1 t2"],
  "a formula with today": [all({ formula: "day > today()" }), "m1 m2 m3 n1 n2 n3 n4", "n1 n2 n3 n4"],
  "a computed field": [only("age", "equals", 0), "t1 t2", "m1 m2 m3"],
};

const nights: [zone: string, today: string, midnight: string, instants: [string, string, string, string]][] = [
  [
    "UTC",
    "2024-02-28",
    "2024-02-29T00:00:00Z",
    ["2024-02-27T23:59:59.999Z", "2024-02-28T00:00:00Z", "2024-02-28T23:59:59.999Z", "2024-02-29T00:00:00Z"],
  ],
  [
    "America/New_York",
    "2024-11-03",
    "2024-11-04T05:00:00Z",
    ["2024-11-03T03:59:59.999Z", "2024-11-03T04:00:00Z", "2024-11-04T04:59:59.999Z", "2024-11-04T05:00:00Z"],
  ],
  [
    "Europe/Berlin",
    "2024-03-31",
    "2024-03-31T22:00:00Z",
    ["2024-03-30T22:59:59.999Z", "2024-03-30T23:00:00Z", "2024-03-31T21:59:59.999Z", "2024-03-31T22:00:00Z"],
  ],
];

test.each(nights)(
  "S71 T1 T4 T6 E60 in %s, members of day windows, periods and formulas leave and enter at the midnight after %s, within a second and told on the stream",
  async (zone, today, midnight, [yesterdayAt, first, lastOfToday, firstOfTomorrow]) => {
    const turn = Date.parse(midnight);
    const clock = await startBefore(turn, zone);
    const rows = [
      { id: "y1", day: addDays(today, -1), at: yesterdayAt },
      { id: "t1", day: today, at: first },
      { id: "t2", day: today, at: lastOfToday },
      ...["m1", "m2", "m3"].map((id) => ({ id, day: addDays(today, 1), at: firstOfTomorrow })),
      ...["n1", "n2", "n3", "n4"].map((id) => ({ id, day: addDays(today, 2), at: null })),
      { id: "blank", day: null, at: null },
    ];
    const { id } = await createDataset(client, {
      key: "id",
      fields: [
        { name: "id", type: "text" },
        { name: "day", type: "date" },
        { name: "at", type: "datetime" },
        { name: "age", type: "number", formula: "days_since(day)" },
      ],
    });
    await upsert(client, id, rows);
    const segments = new Map<string, string>();
    for (const [name, [query, before]] of Object.entries(cases)) {
      const segment = await createSegment(client, id, query);
      expect((await memberKeys(client, segment.id)).join(" "), name).toBe(before);
      expect(segment.query, "stored as it was said").toMatchObject(query);
      segments.set(name, segment.id);
    }
    const stream = await EventStream.open(client);
    expect(clock(), "the set-up took too long: a longer lead is needed").toBeLessThan(turn);

    for (const [name, segmentId] of segments) {
      const count = cases[name]?.[2].split(" ").length;
      const event = await stream.waitFor(
        `${name} has ${count} after midnight`,
        ({ event, data }) => event === "segment" && data.segment_id === segmentId && data.member_count === count,
        LEAD_MS + 10_000,
      );
      const late = arrival(event, clock) - turn;
      expect(late, `${name}, told too early or too late`).toBeGreaterThanOrEqual(-100);
      expect(late, name).toBeLessThan(ARRIVAL_MS);
      const computed = Date.parse(String(event.data.computed_at)) - turn;
      expect(computed, `${name}, by the program's clock`).toBeGreaterThanOrEqual(0);
      expect(computed, name).toBeLessThan(LATE_MS);
    }
    for (const [name, [query, , after]] of Object.entries(cases)) {
      const segmentId = segments.get(name) ?? "";
      expect((await memberKeys(client, segmentId)).join(" "), name).toBe(after);
      expect((await getSegment(client, segmentId)).member_count).toBe(after.split(" ").length);
      expect((await preview(client, id, query)).count).toBe(after.split(" ").length);
      expect(await verify(client, segmentId)).toMatchObject({ missing: [], extra: [] });
    }
    stream.close();
  },
);

test("R6 related records within the last day leave at midnight, and with them their parents", async () => {
  const turn = Date.parse("2024-02-29T00:00:00Z");
  const clock = await startBefore(turn, "UTC");
  const customers = (await createDataset(client, { key: "id", fields: [{ name: "id", type: "text" }] })).id;
  const purchases = await createDataset(client, {
    key: "id",
    fields: [
      { name: "id", type: "text" },
      { name: "customer", type: "text" },
      { name: "on", type: "date" },
      { name: "amount", type: "number" },
    ],
    relations: [{ name: "buyer", field: "customer", dataset_id: customers, reverse_name: "purchases" }],
  });
  await upsert(client, customers, [{ id: "ann" }, { id: "bob" }, { id: "cy" }]);
  await upsert(client, purchases.id, [
    { id: "1", customer: "ann", on: "2024-02-28", amount: 5 },
    { id: "2", customer: "ann", on: "2024-02-29", amount: 6 },
    { id: "3", customer: "bob", on: "2024-02-28", amount: 20 },
  ]);
  const within = { field: "on", last: { n: 1, unit: "day" } };
  const any = await createSegment(client, customers, all({ related: "purchases", quantifier: "any", within }));
  const sum = { aggregate: "sum", of: "amount", operator: "between", value: [5, 6] };
  const spent = await createSegment(client, customers, all({ related: "purchases", within, ...sum }));
  expect(await memberKeys(client, any.id)).toEqual(["ann", "bob"]);
  expect(await memberKeys(client, spent.id)).toEqual(["ann"]);
  const stream = await EventStream.open(client);
  expect(clock(), "the set-up took too long: a longer lead is needed").toBeLessThan(turn);
  const event = await stream.waitFor(
    "one has bought today",
    ({ event, data }) => event === "segment" && data.segment_id === any.id && data.member_count === 1,
    LEAD_MS + 10_000,
  );
  expect(arrival(event, clock) - turn).toBeLessThan(ARRIVAL_MS);
  expect(await memberKeys(client, any.id)).toEqual(["ann"]);
  expect(await memberKeys(client, spent.id)).toEqual(["ann"]);
  for (const { id } of [any, spent]) expect(await verify(client, id)).toMatchObject({ missing: [], extra: [] });
  stream.close();
});
