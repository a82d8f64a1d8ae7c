import { afterEach, expect, test, vi } from "vitest";
import { FeedWorld, live } from "../testing/feed-world.ts";

afterEach(() => {
  vi.useRealTimers();
});

async function ready(world: FeedWorld): Promise<FeedWorld> {
  await world.announce(0, 1, [live("a", 3), live("b", 5)]);
  await world.announce(1, 1, [live("a", 4), live("b", 0)]);
  await new Promise((resolve) => setImmediate(resolve));
  return world;
}

/** A feed whose time is the test's. */
function onTestTime(): FeedWorld {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: Date.parse("2026-03-01T12:00:00Z") });
  return new FeedWorld();
}

/** Lets time pass, and everything happen that is due. */
async function pass(world: FeedWorld, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 20) {
    await vi.advanceTimersByTimeAsync(20);
    await world.feed.ring();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("D1 the newest state of each segment and shard is kept, whatever order announcements come in", async () => {
  const world = await ready(onTestTime());
  await world.announce(0, 9, [live("a", 30)]);
  await world.announce(0, 5, [live("a", 20)], { record_count: 5 });
  await pass(world, 3000);
  expect(world.newest("segment:a")).toMatchObject({ member_count: 34 });
  expect(world.newest("dataset:ds_1")).toMatchObject({ dataset_id: "ds_1", record_count: 20 });
});

test("D1 repeating an announcement tells nobody of a segment again", async () => {
  const world = await ready(onTestTime());
  await pass(world, 3000);
  const before = world.published.filter((news) => news.event === "segment").length;
  await world.announce(0, 1, [live("a", 3)]);
  await pass(world, 3000);
  expect(world.published.filter((news) => news.event === "segment").length).toBe(before);
});

test("D2 a count is told when every shard has spoken, and is their sum", async () => {
  const world = onTestTime();
  await world.announce(0, 1, [live("a", 3)]);
  await pass(world, 3000);
  expect(world.newest("segment:a")).toBeUndefined();
  expect(world.newest("dataset:ds_1")).toBeUndefined();
  await world.announce(1, 1, [live("a", 4, { computed_at: 2000 })]);
  await pass(world, 3000);
  const computed_at = new Date(2000).toISOString();
  expect(world.newest("segment:a")).toEqual({
    ...{ segment_id: "a", dataset_id: "ds_1", member_count: 7, computed_at, status: "live", progress: 1, error: null },
  });
});

test("D4 the first change goes out at once, the last one always, at most ten a second", async () => {
  const world = await ready(new FeedWorld());
  await expect.poll(() => world.newest("segment:a")).toMatchObject({ member_count: 7 });
  const began = performance.now();
  const before = world.published.length;
  let seq = 1;
  while (performance.now() - began < 350) {
    await world.announce(0, ++seq, [live("a", seq)]);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect.poll(() => world.newest("segment:a")).toMatchObject({ member_count: seq + 4 });
  const told = world.published.slice(before).filter((news) => news.topic === "segment:a");
  expect(seq).toBeGreaterThan(50);
  expect(told.length).toBeLessThanOrEqual(6);
});

test("D5 what was not acknowledged is told again until it is", async () => {
  const world = await ready(onTestTime());
  await pass(world, 3000);
  let failures = 3;
  world.beforePort = (port) => {
    if (port === "publish" && failures-- > 0) throw new Error("not now");
  };
  await world.announce(0, 2, [live("a", 13)]);
  await pass(world, 30_000);
  expect(world.newest("segment:a")).toMatchObject({ member_count: 17 });
  expect(world.feed.rows("SELECT * FROM outbox")).toEqual([]);
});

test("D5 one sync that cannot be poked holds up no other", async () => {
  const world = await ready(onTestTime());
  await pass(world, 3000);
  world.pokes.length = 0;
  world.beforePort = (port, id) => {
    if (port === "pokeSync" && id === "syn_a") throw new Error("not now");
  };
  await world.announce(0, 2, [live("a", 13)]);
  await pass(world, 100);
  expect(world.pokes).toEqual(["syn_b"]);
  world.beforePort = () => undefined;
  await pass(world, 5000);
  expect(world.pokes).toContain("syn_a");
});

test("D5 a crash between the write and the telling loses nothing", async () => {
  const world = await ready(onTestTime());
  await pass(world, 3000);
  world.pokes.length = 0;
  world.beforePort = () => {
    world.beforePort = () => undefined;
    world.feed.crash();
    throw new Error("crashed");
  };
  await world.announce(0, 2, [live("a", 13)]);
  await pass(world, 5000);
  expect(world.newest("segment:a")).toMatchObject({ member_count: 17 });
  expect([...new Set(world.pokes)].sort()).toEqual(["syn_a", "syn_b"]);
});

test("D5 a crash while something is told again, by alarm, loses nothing", async () => {
  const world = await ready(onTestTime());
  await pass(world, 3000);
  let attempts = 0;
  world.beforePort = (port) => {
    if (port !== "publish" || ++attempts > 4) return;
    if (attempts === 4) world.feed.crash();
    throw new Error("not now");
  };
  await world.announce(0, 2, [live("a", 13)], { rows_changed: false });
  await pass(world, 30_000);
  expect(attempts).toBeGreaterThan(4);
  expect(world.newest("segment:a")).toMatchObject({ member_count: 17 });
});

test("D11 a refresh tells of what is new, and of all when the number of shards changed", async () => {
  const world = await ready(onTestTime());
  await pass(world, 3000);
  const told = () => world.published.splice(0).map((news) => news.topic);
  told();
  world.pokes.length = 0;
  const before = world.catalogue as NonNullable<typeof world.catalogue>;
  world.catalogue = { ...before, version: 8, segments: [...before.segments, { id: "c", version: 1 }] };
  world.syncs = [...world.syncs, { id: "syn_c", segment_id: "c" }];
  for (const shard of [0, 1]) await world.announce(shard, 2, [live("c", 1)], { rows_changed: false });
  await pass(world, 3000);
  expect([new Set(told()), new Set(world.pokes)]).toEqual([new Set(["segment:c"]), new Set(["syn_c"])]);
  world.catalogue = { ...world.catalogue, version: 9, shard_count: 1 };
  await world.feed.object.refresh({ version: 9 });
  await pass(world, 3000);
  expect(new Set(told())).toEqual(new Set(["dataset:ds_1", "segment:a", "segment:b", "segment:c"]));
});

test("D6 changed rows poke every sync of the dataset, a segment's news those that follow it", async () => {
  const world = await ready(onTestTime());
  await pass(world, 3000);
  world.pokes.length = 0;
  await world.announce(0, 2, [live("b", 6)], { rows_changed: false });
  await pass(world, 3000);
  expect(world.pokes).toEqual(["syn_b"]);
  await world.announce(0, 3, []);
  await pass(world, 3000);
  expect(world.pokes.slice(1).sort()).toEqual(["syn_a", "syn_b"]);
});

test("D7 a refresh reaches every shard, again and again until it is acknowledged", async () => {
  const world = await ready(onTestTime());
  await pass(world, 3000);
  world.refreshes.length = 0;
  world.catalogue = world.catalogue && { ...world.catalogue, version: 8 };
  let failures = 3;
  world.beforePort = (port, id) => {
    if (port === "refreshShard" && id === "1" && failures-- > 0) throw new Error("shard 1 is away");
  };
  await world.feed.object.refresh({ version: 8 });
  await pass(world, 30_000);
  expect(world.refreshes).toEqual([
    { shard: 0, version: 8 },
    { shard: 1, version: 8 },
  ]);
});

test("D8 a deleted segment is forgotten and not told of", async () => {
  const world = await ready(onTestTime());
  await pass(world, 3000);
  world.catalogue = world.catalogue && { ...world.catalogue, version: 8, segments: [{ id: "b", version: 1 }] };
  await world.feed.object.refresh({ version: 8 });
  await pass(world, 3000);
  expect(world.feed.rows("SELECT DISTINCT segment_id FROM counts")).toEqual([{ segment_id: "b" }]);
  const before = world.published.filter((news) => news.topic === "segment:a").length;
  await world.announce(0, 5, [live("a", 99)]);
  await pass(world, 3000);
  expect(world.published.filter((news) => news.topic === "segment:a").length).toBe(before);
});

test("D9 a new sync is known after a refresh, even when the control plane is away at first", async () => {
  const world = await ready(onTestTime());
  await pass(world, 3000);
  world.pokes.length = 0;
  world.syncs = [...world.syncs, { id: "syn_new", segment_id: "a" }];
  let failures = 2;
  world.beforePort = (port) => {
    if (port === "loadSyncs" && failures-- > 0) throw new Error("away");
  };
  await world.feed.object.refresh({ version: 7 });
  await pass(world, 30_000);
  expect(world.pokes).toContain("syn_new");
});

test("D10 the feed of a dataset that is gone forgets everything", async () => {
  const world = await ready(onTestTime());
  world.catalogue = null;
  await world.feed.object.refresh({ version: 8 });
  await pass(world, 3000);
  expect(world.feed.rows("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'")).toEqual([]);
  expect(world.feed.alarmAt).toBeNull();
});

test("D12 refreshes that follow each other closely are loaded together, the last one, too", async () => {
  const world = await ready(onTestTime());
  await pass(world, 3000);
  const loads: number[] = [];
  world.beforePort = (port) => {
    if (port === "loadCatalogue") loads.push(Date.now());
  };
  for (let version = 8; version < 58; version++) {
    await world.feed.object.refresh({ version });
    await pass(world, 20);
  }
  world.syncs = [...world.syncs, { id: "syn_new", segment_id: "a" }];
  await world.feed.object.refresh({ version: 58 });
  world.pokes.length = 0;
  await pass(world, 200);
  expect(world.pokes).toContain("syn_new");
  expect(loads.length).toBeLessThanOrEqual(12);
  for (const [at, load] of loads.entries())
    if (at > 0) expect(load - (loads[at - 1] as number)).toBeGreaterThanOrEqual(100);
});
