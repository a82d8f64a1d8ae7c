import { afterEach, expect, test, vi } from "vitest";
import type { News } from "../interface.ts";
import { EventReader } from "../testing/event-reader.ts";
import { ObjectHost } from "../testing/object-host.ts";
import { LiveObject } from "./live.ts";

afterEach(() => {
  vi.useRealTimers();
});

const systemClock = { now: () => Date.now() };

function live(clock: { now(): number } = systemClock): ObjectHost<LiveObject> {
  return new ObjectHost("ws_1", clock, (state) => new LiveObject(state, { now: clock.now }));
}

function count(segment: string, member_count: number): News {
  return { topic: `segment:${segment}`, event: "segment", data: { segment_id: segment, member_count } };
}

async function open(host: ObjectHost<LiveObject>, cursor?: string): Promise<EventReader> {
  const headers = cursor === undefined ? undefined : { "last-event-id": cursor };
  return new EventReader(await host.object.fetch(new Request("https://live.test/", { headers })));
}

test("D20 a stream begins with hello and its cursor, and nothing of the past", async () => {
  const host = live();
  await host.object.publish([count("a", 1)]);
  await host.quiet();
  const reader = await open(host);
  const hello = await reader.next();
  expect(hello).toMatchObject({ event: "hello", data: { cursor: hello.id, resumed: false } });
  await host.object.publish([count("b", 2)]);
  expect(await reader.next()).toMatchObject({ event: "segment", data: { segment_id: "b", member_count: 2 } });
  await reader.close();
});

test("D21 from a cursor on, the newest of each topic comes in order and once", async () => {
  const host = live();
  const first = await open(host);
  const { id } = await first.next();
  await first.close();
  for (const [segment, n] of [
    ["a", 1],
    ["b", 2],
    ["a", 3],
  ] as const) {
    await host.object.publish([count(segment, n)]);
    await host.quiet();
  }
  host.crash();
  const second = await open(host, id);
  expect((await second.next()).data).toMatchObject({ resumed: true });
  expect((await second.next()).data).toMatchObject({ segment_id: "b", member_count: 2 });
  const newest = await second.next();
  expect(newest.data).toMatchObject({ segment_id: "a", member_count: 3 });
  await second.close();
  const third = await open(host, newest.id);
  await third.next();
  await host.object.publish([count("c", 4)]);
  expect((await third.next()).data).toMatchObject({ segment_id: "c" });
  await third.close();
});

test("D21 a number that was sent is not given again, though a power cut took what it was given to", async () => {
  const host = live();
  const first = await open(host);
  await first.next();
  await host.object.publish([count("a", 1)]);
  const { id } = await first.next();
  await first.close();
  host.crash();
  host.rows("UPDATE stream SET number = 0");
  host.rows("DELETE FROM news");
  const second = await open(host, id);
  expect((await second.next()).data).toMatchObject({ resumed: true });
  await host.object.publish([count("b", 2)]);
  expect((await second.next()).data).toMatchObject({ segment_id: "b" });
  await second.close();
});

test("D22 a cursor that is not known begins with every current topic", async () => {
  const host = live();
  await host.object.publish([count("a", 1), count("b", 2)]);
  await host.quiet();
  const reader = await open(host);
  const { id } = await reader.next();
  await reader.close();
  const future = id.replace(/\d+$/, "999");
  for (const cursor of ["0123456789ab-1", future, "nonsense"]) {
    const again = await open(host, cursor);
    expect((await again.next()).data).toMatchObject({ resumed: false });
    const topics = [(await again.next()).data.segment_id, (await again.next()).data.segment_id];
    expect(topics.sort()).toEqual(["a", "b"]);
    await again.close();
  }
});

test("D22 a cursor older than what is kept begins with every current topic", async () => {
  let now = Date.parse("2026-03-01T12:00:00Z");
  const host = live({ now: () => now });
  const reader = await open(host);
  const { id } = await reader.next();
  await reader.close();
  await host.object.publish([count("old", 1)]);
  now += 2 * 86_400_000;
  await host.ring();
  await host.object.publish([count("new", 2)]);
  await host.quiet();
  const again = await open(host, id);
  expect((await again.next()).data).toMatchObject({ resumed: false });
  expect((await again.next()).data).toMatchObject({ segment_id: "new" });
  await again.close();
});

test("D23 a topic goes out at once, then at most ten times a second, and its last state always", async () => {
  const host = live();
  const reader = await open(host);
  await reader.next();
  const began = performance.now();
  let published = 0;
  while (performance.now() - began < 350) {
    await host.object.publish([count("busy", ++published)]);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const seen: number[] = [];
  while (seen.at(-1) !== published) seen.push(Number((await reader.next()).data.member_count));
  expect(seen[0]).toBe(1);
  expect(published).toBeGreaterThan(50);
  expect(seen.length).toBeLessThanOrEqual(6);
  await reader.close();
});

test("D24 a topic that is held back holds up no other", async () => {
  const host = live();
  const reader = await open(host);
  await reader.next();
  await host.object.publish([count("a", 1)]);
  await host.object.publish([count("a", 2)]);
  await host.object.publish([count("a", 3)]);
  await host.object.publish([count("b", 1)]);
  const order = [];
  for (let i = 0; i < 4; i++) order.push((await reader.next()).data);
  expect(order.map((data) => `${data.segment_id}${data.member_count}`)).toEqual(["a1", "a2", "b1", "a3"]);
  await reader.close();
});

test("D25 a reader that is slow gets the newest of each topic, however much there was", async () => {
  let now = Date.parse("2026-03-01T12:00:00Z");
  const host = live({ now: () => now });
  const response = await host.object.fetch(new Request("https://live.test/"));
  const big = "x".repeat(50_000);
  for (let i = 1; i <= 200; i++) {
    now += 1000;
    await host.object.publish([{ topic: "segment:big", event: "segment", data: { member_count: i, big } }]);
    await host.quiet();
  }
  const reader = new EventReader(response);
  const seen: number[] = [];
  await reader.next();
  while (seen.at(-1) !== 200) seen.push(Number((await reader.next()).data.member_count));
  expect(seen.length).toBeLessThan(12);
  expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  await reader.close();
});

test("D28 what was held back when the object died goes out by alarm", async () => {
  let now = Date.parse("2026-03-01T12:00:00Z");
  const host = live({ now: () => now });
  const first = await open(host);
  const { id } = await first.next();
  await host.object.publish([count("a", 1)]);
  await host.object.publish([count("a", 2)]);
  host.crash();
  now += 1000;
  await host.ring();
  await host.quiet();
  const reader = await open(host, id);
  await reader.next();
  expect((await reader.next()).data).toMatchObject({ member_count: 2 });
  await reader.close();
});

test("D30 an idle stream is told within a few milliseconds", async () => {
  const host = live();
  const reader = await open(host);
  await reader.next();
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const began = performance.now();
    await host.object.publish([count(`s${i}`, i)]);
    await reader.next();
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  expect(times[10]).toBeLessThan(5);
  await reader.close();
});

test("D27 a comment comes every 15 seconds", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"], now: Date.parse("2026-03-01T12:00:00Z") });
  const host = live();
  const reader = await open(host);
  await reader.next();
  await vi.advanceTimersByTimeAsync(46_000);
  await host.object.publish([count("a", 1)]);
  await reader.next();
  expect(reader.comments).toBe(3);
  await reader.close();
});

test("D26 every stream ends after half an hour, and one that nobody reads after a minute", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"], now: Date.parse("2026-03-01T12:00:00Z") });
  const host = live();
  const reader = await open(host);
  await reader.next();
  await vi.advanceTimersByTimeAsync(31 * 60_000);
  await reader.ended();
  const unread = await host.object.fetch(new Request("https://live.test/"));
  const big = "x".repeat(300_000);
  for (let i = 1; i <= 3; i++) {
    vi.setSystemTime(Date.now() + 1000);
    await host.object.publish([{ topic: "segment:big", event: "segment", data: { i, big } }]);
    await host.quiet();
  }
  await vi.advanceTimersByTimeAsync(80_000);
  await new EventReader(unread).ended();
});
