import { afterEach, expect, test, vi } from "vitest";
import { CONFIG, hash, SyncWorld } from "../../testing/sync-world.ts";

afterEach(() => {
  vi.useRealTimers();
});

async function started(members: Readonly<Record<string, string | null>>): Promise<SyncWorld> {
  const world = new SyncWorld();
  for (const [key, email] of Object.entries(members)) world.shards.write(key, true, email);
  await world.start();
  return world;
}

function people(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, `person${i}@example.com`]));
}

test("D60 the first snapshot brings every member and nobody else", async () => {
  const world = new SyncWorld();
  for (let i = 0; i < 10; i++) world.shards.write(`k${i}`, i % 2 === 0, ` Person${i}@Example.com `);
  await world.start();
  expect(await world.audience()).toEqual(await world.wanted());
  expect(await world.audience()).toContain(await hash("person2@example.com"));
  expect(await world.sync.object.state()).toMatchObject({ status: "in_sync", audience_size: 5, waiting: 0 });
});

test("D60 what changes while the snapshot is read is in the audience as well", async () => {
  const world = new SyncWorld();
  for (const [key, email] of Object.entries(people(12))) world.shards.write(key, true, email);
  let pages = 0;
  world.beforePort = (port) => {
    if (port !== "readMembers" || ++pages !== 4) return;
    world.shards.write("k0", false, "person0@example.com");
    world.shards.write("late", true, "late@example.com");
    world.shards.remove("k1");
    world.shards.write("k2", true, "moved@example.com");
  };
  await world.start();
  expect(await world.audience()).toEqual(await world.wanted());
});

test("D61 an identifier leaves only when no remaining member has it", async () => {
  const world = await started({ a: "shared@example.com", b: "Shared@Example.com" });
  expect(await world.audience()).toEqual([await hash("shared@example.com")]);
  world.shards.write("a", false, "shared@example.com");
  await world.poke();
  expect(await world.audience()).toEqual([await hash("shared@example.com")]);
  expect(await world.newestResults()).toEqual(["a remove accepted another_record_has_it"]);
  world.shards.remove("b");
  await world.poke();
  expect(await world.audience()).toEqual([]);
});

test("D62 a changed address is withdrawn and the new one added", async () => {
  const world = await started({ a: "old@example.com" });
  world.shards.write("a", true, "new@example.com");
  await world.poke();
  expect(await world.audience()).toEqual([await hash("new@example.com")]);
  expect((await world.newestResults()).sort()).toEqual(["a add accepted -", "a remove accepted -"]);
});

test("D63 a deleted record is withdrawn by what is remembered of it", async () => {
  const world = await started({ a: "a@example.com", b: "b@example.com" });
  world.shards.remove("a");
  await world.poke();
  expect(await world.audience()).toEqual([await hash("b@example.com")]);
});

test("D64 an identifier whose sending was cut off by a crash is withdrawn when its member leaves", async () => {
  const world = await started({ other: "other@example.com" });
  world.shards.write("a", true, "a@example.com");
  world.afterFetch = () => world.sync.crash();
  await world.poke();
  world.afterFetch = () => undefined;
  expect(await world.audience()).toContain(await hash("a@example.com"));
  expect(await world.sync.object.state()).toMatchObject({ audience_size: 1 });
  world.shards.write("a", false, "a@example.com");
  await world.run(120_000);
  expect(await world.audience()).toEqual([await hash("other@example.com")]);
});

test("D65 a lost answer is repeated without harm", async () => {
  const world = await started({});
  await world.sandbox.object.setFaults({ kind: "lost_response", times: 2 });
  world.shards.write("a", true, "a@example.com");
  await world.poke();
  expect(await world.sync.object.state()).toMatchObject({ status: "retrying", error: { code: "unavailable" } });
  await world.run(5_000);
  expect(await world.audience()).toEqual(await world.wanted());
  expect(await world.sync.object.state()).toMatchObject({ status: "in_sync", audience_size: 1, error: null });
  expect((await world.runs())[0]).toMatchObject({ status: "succeeded", added: 1, attempts: 3 });
});

test("D66 a platform that is down is tried again, less and less often", async () => {
  const world = await started({});
  await world.sandbox.object.setFaults({ kind: "unavailable" });
  world.shards.write("a", true, "a@example.com");
  const before = world.requests;
  await world.poke();
  await world.run(60_000);
  const inFirstMinute = world.requests - before;
  await world.run(60_000);
  const inSecondMinute = world.requests - before - inFirstMinute;
  expect(inFirstMinute).toBeGreaterThan(4);
  expect(inSecondMinute).toBeLessThan(inFirstMinute / 2);
  await world.sandbox.object.setFaults({ kind: "none" });
  await world.run(300_000);
  expect(await world.audience()).toEqual(await world.wanted());
});

test("D67 Retry-After is waited for", async () => {
  const world = await started({});
  await world.sandbox.object.setFaults({ kind: "rate_limited", times: 1 });
  world.shards.write("a", true, "a@example.com");
  await world.poke();
  const at = world.clock.now();
  expect(await world.sync.object.state()).toMatchObject({ status: "retrying", next_attempt_at: at + 1000 });
  await world.run(999);
  expect(await world.audience()).toEqual([]);
  await world.run(1);
  expect(await world.audience()).toEqual(await world.wanted());
});

test("D68 refused identifiers fail alone, with their reason, and are tried again later", async () => {
  const world = await started({});
  await world.sandbox.object.setFaults({ kind: "reject_some" });
  for (const [key, email] of Object.entries(people(25))) world.shards.write(key, true, email);
  world.shards.write("blank", true, "  ");
  world.shards.write("bad", true, "not an address");
  await world.poke();
  const [run] = await world.runs();
  const refused = (await world.newestResults()).filter((result) => result.includes("refused_by_sandbox"));
  expect(refused.length).toBeGreaterThan(0);
  expect(run).toMatchObject({ status: "partly", added: 25 - refused.length, rejected: refused.length + 2 });
  expect(await world.newestResults()).toContain("blank add rejected no_email");
  expect(await world.newestResults()).toContain("bad add rejected malformed_email");
  await world.sandbox.object.setFaults({ kind: "none" });
  await world.run(61_000);
  expect(await world.audience()).toEqual(await world.wanted());
  expect(await world.sync.object.state()).toMatchObject({ audience_size: 25 });
});

test("D69 a paused sync sends nothing, and goes on from where it stopped", async () => {
  const world = await started(people(3));
  await world.sync.object.pause();
  world.shards.write("k0", false, "person0@example.com");
  world.shards.write("new", true, "new@example.com");
  const before = world.requests;
  await world.poke();
  await world.run(300_000);
  expect(world.requests).toBe(before);
  expect(await world.sync.object.state()).toMatchObject({ status: "paused", audience_size: 3 });
  await world.sync.object.resume();
  await world.run();
  expect(await world.audience()).toEqual(await world.wanted());
  expect(await world.sync.object.state()).toMatchObject({ status: "in_sync" });
});

test("D70 a deleted sync withdraws what it sent, through faults and crashes, and forgets everything", async () => {
  const world = await started(people(30));
  await world.sandbox.object.setFaults({ kind: "unavailable", times: 3 });
  world.config = null;
  await world.sync.object.destroy();
  await world.run(500);
  world.sync.crash();
  expect((await world.audience()).length).toBe(30);
  await world.run(120_000);
  expect(await world.sandbox.object.audiences()).toEqual([]);
  expect(world.sync.rows("SELECT name FROM sqlite_master WHERE name = 'records'")).toEqual([]);
  expect(world.sync.alarmAt).toBeNull();
  expect(await world.sync.object.state()).toMatchObject({ status: "starting", audience_size: 0 });
});

test("D70 a poke does not start a deleted sync anew, though its row may still be there", async () => {
  const world = await started(people(3));
  await world.sync.object.destroy();
  await world.run(1000);
  await world.poke();
  await world.run(10_000);
  expect(await world.audience()).toEqual([]);
  world.config = null;
  await world.run(60_000);
  expect(world.sync.rows("SELECT name FROM sqlite_master WHERE name = 'records'")).toEqual([]);
});

test("D71 a sync whose row is gone withdraws by itself", async () => {
  const world = await started(people(3));
  world.config = null;
  await world.run(125_000);
  expect(await world.sandbox.object.audiences()).toEqual([]);
});

test("D71 also while it is paused", async () => {
  const world = await started(people(3));
  await world.sync.object.pause();
  await world.run(1000);
  world.config = null;
  await world.run(1_300_000);
  expect(await world.sandbox.object.audiences()).toEqual([]);
});

test("D72 after the log was cut a new snapshot is read, and who is gone leaves", async () => {
  const world = await started(people(8));
  world.shards.remove("k1");
  world.shards.write("k2", false, "person2@example.com");
  world.shards.write("k3", true, "third@example.com");
  world.shards.write("new", true, "new@example.com");
  world.shards.cutLogs();
  await world.poke();
  expect(await world.audience()).toEqual(await world.wanted());
});

test("D73 a new snapshot that would empty an audience waits for a person", async () => {
  const world = await started(people(150));
  for (let i = 0; i < 100; i++) world.shards.remove(`k${i}`);
  world.shards.cutLogs();
  await world.poke();
  expect((await world.audience()).length).toBe(150);
  const state = await world.sync.object.state();
  expect(state).toMatchObject({ status: "failed", error: { code: "removal_needs_confirmation" } });
  expect(state.error?.detail).toContain("100 of the 150");
  await world.sync.object.resume();
  await world.run();
  expect(await world.audience()).toEqual(await world.wanted());
});

test("D73 ordinary changes may remove as many as they like", async () => {
  const world = await started(people(150));
  for (let i = 0; i < 140; i++) world.shards.remove(`k${i}`);
  await world.poke();
  expect(await world.audience()).toEqual(await world.wanted());
});

test("D74 a lost poke is made up for within a minute", async () => {
  const world = await started(people(2));
  world.shards.remove("k0");
  await world.run(60_000);
  expect(await world.audience()).toEqual(await world.wanted());
});

test("D75 a segment that is still being computed is waited for", async () => {
  const world = new SyncWorld();
  world.shards.computing = true;
  world.shards.write("a", true, "a@example.com");
  await world.start();
  expect(await world.sync.object.state()).toMatchObject({ status: "starting", error: null });
  world.shards.computing = false;
  await world.run(1000);
  expect(await world.audience()).toEqual(await world.wanted());
});

test("D76 shards that are away delay nothing but themselves", async () => {
  const world = await started(people(2));
  world.shards.down = true;
  await world.poke();
  expect(await world.sync.object.state()).toMatchObject({ status: "retrying", error: { code: "shard_unavailable" } });
  world.shards.down = false;
  world.shards.write("new", true, "new@example.com");
  await world.run(10_000);
  expect(await world.audience()).toEqual(await world.wanted());
  expect(await world.sync.object.state()).toMatchObject({ status: "in_sync", error: null });
});

test("D77 last_synced_at is the moment as of which the audience equalled the segment", async () => {
  const world = await started(people(2));
  const first = world.clock.now();
  expect(await world.sync.object.state()).toMatchObject({ last_synced_at: first });
  await world.sandbox.object.setFaults({ kind: "unavailable" });
  world.clock.advance(30_000);
  world.shards.write("new", true, "new@example.com");
  await world.poke();
  const read = world.clock.now();
  await world.run(45_000);
  expect(await world.sync.object.state()).toMatchObject({ last_synced_at: first });
  await world.sandbox.object.setFaults({ kind: "none" });
  await world.run(60_000);
  const { last_synced_at } = await world.sync.object.state();
  expect(last_synced_at).toBeGreaterThanOrEqual(read);
  expect(world.recorded).toBeGreaterThanOrEqual(read);
});

test("D78 an audience that the platform lost is made again, when a person says so", async () => {
  const world = await started(people(5));
  const [audience] = await world.sandbox.object.audiences();
  await world.sandbox.object.fetch(new Request(`https://x.test/audiences/${audience?.id}`, { method: "DELETE" }));
  world.shards.write("new", true, "new@example.com");
  await world.poke();
  expect(await world.sync.object.state()).toMatchObject({ status: "failed", error: { code: "audience_missing" } });
  await world.sync.object.resume();
  await world.run();
  expect(await world.audience()).toEqual(await world.wanted());
  expect(await world.sync.object.state()).toMatchObject({ status: "in_sync", audience_size: 6 });
});

test("D79 a mapping whose field is gone stops the sync and removes nobody", async () => {
  const world = await started(people(3));
  world.config = { ...CONFIG, mapping: {} };
  await world.run(120_000);
  expect((await world.audience()).length).toBe(3);
  expect(await world.sync.object.state()).toMatchObject({ status: "failed", error: { code: "mapping_broken" } });
  world.config = CONFIG;
  await world.sync.object.resume();
  await world.run();
  expect(await world.sync.object.state()).toMatchObject({ status: "in_sync", audience_size: 3 });
});

test("D80 a look that finds nothing leaves no run", async () => {
  const world = await started(people(2));
  await world.run(600_000);
  world.shards.write("outside", false, "outside@example.com");
  await world.poke();
  expect((await world.runs()).map((run) => run.status)).toEqual(["succeeded"]);
});

test("D80 runs and their results are paged, newest run first", async () => {
  const world = await started(people(5));
  world.shards.remove("k0");
  await world.poke();
  const newest = await world.sync.object.runs({ cursor: null, limit: 1 });
  expect(newest.data).toMatchObject([{ removed: 1, status: "succeeded" }]);
  const older = await world.sync.object.runs({ cursor: newest.next_cursor, limit: 1 });
  expect(older).toMatchObject({ data: [{ added: 5 }], next_cursor: null });
  const run_id = older.data[0]?.id ?? "";
  const first = await world.sync.object.results({ run_id, cursor: null, limit: 3 });
  const second = await world.sync.object.results({ run_id, cursor: first?.next_cursor ?? null, limit: 3 });
  expect([first?.data.length, second?.data.length, second?.next_cursor]).toEqual([3, 2, null]);
  expect(await world.sync.object.results({ run_id: "run_none", cursor: null, limit: 3 })).toBeNull();
});

test("D80 runs are kept for two weeks", async () => {
  const world = await started(people(2));
  await world.run(60_000);
  world.clock.advance(15 * 86_400_000);
  world.shards.remove("k0");
  await world.poke();
  expect(await world.runs()).toMatchObject([{ removed: 1 }]);
});

test("D81 open pages are told how a sync stands", async () => {
  const world = await started(people(2));
  await world.run(1000);
  expect(world.news.at(-1)).toMatchObject({
    topic: "sync:syn_1",
    event: "sync",
    data: { sync_id: "syn_1", segment_id: "seg_1", status: "in_sync", audience_size: 2, waiting: 0, error: null },
  });
});

test("D81 news that could not be told is told again", async () => {
  const world = await started({});
  world.beforePort = (port) => {
    if (port === "publish") throw new Error("no pages today");
  };
  world.shards.write("a", true, "a@example.com");
  await world.poke();
  await world.run(1000);
  world.beforePort = () => undefined;
  await world.run(5000);
  expect(world.news.at(-1)?.data).toMatchObject({ audience_size: 1 });
});

test("D81 a burst of changes is told at most ten times a second, and written to the control plane once", async () => {
  const world = await started(people(2));
  await world.run(5000);
  const before = world.news.length;
  let recorded = 0;
  world.beforePort = (port) => {
    if (port === "recordSynced") recorded++;
  };
  for (let i = 0; i < 50; i++) {
    world.shards.write(`burst${i}`, true, `burst${i}@example.com`);
    await world.poke();
    world.clock.advance(10);
  }
  expect(world.news.length - before).toBeLessThanOrEqual(12);
  expect(recorded).toBeLessThanOrEqual(2);
  await world.run(2000);
  expect(world.news.at(-1)?.data).toMatchObject({ status: "in_sync", audience_size: 52 });
  expect(world.recorded).toBe((await world.sync.object.state()).last_synced_at);
});

test("D84 a thousand identifiers go in one request, more in several", async () => {
  const world = new SyncWorld(1000);
  for (const [key, email] of Object.entries(people(2500))) world.shards.write(key, true, email);
  const before = world.requests;
  await world.start();
  expect(await world.audience()).toEqual(await world.wanted());
  expect(world.requests - before).toBeLessThanOrEqual(5);
});

test("D85 a poke for a sync that was never started starts it; one that does not exist leaves nothing behind", async () => {
  const world = new SyncWorld();
  world.shards.write("a", true, "a@example.com");
  await world.poke();
  expect(await world.audience()).toEqual(await world.wanted());
  const other = new SyncWorld();
  other.config = null;
  await other.poke();
  expect(other.sync.rows("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'")).toEqual([]);
});

test("D83 a dataset that was spread over more shards is read anew, and so is one whose mapping changed", async () => {
  const world = await started(people(6));
  world.config = { ...CONFIG, mapping: { email: 0 } };
  await world.run(60_000);
  expect(await world.audience()).toEqual([]);
  world.config = CONFIG;
  await world.run(60_000);
  expect(await world.audience()).toEqual(await world.wanted());
});

test("D83 a dataset's first rows are read at the first poke", async () => {
  const world = new SyncWorld();
  world.config = { ...CONFIG, shard_count: 0 };
  await world.start();
  expect(await world.sync.object.state()).toMatchObject({ status: "in_sync", audience_size: 0 });
  world.config = CONFIG;
  world.shards.write("a", true, "a@example.com");
  await world.poke();
  expect(await world.audience()).toEqual(await world.wanted());
});

test("D86 a small change is at the platform as soon as the poke has been handled", async () => {
  const world = await started(people(50));
  world.shards.remove("k7");
  const before = world.clock.now();
  const began = performance.now();
  await world.poke();
  expect(await world.audience()).toEqual(await world.wanted());
  expect(world.clock.now()).toBe(before);
  expect(performance.now() - began).toBeLessThan(200);
});

test("D92 a platform that never answers is given up on after 30 seconds, and tried again", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const world = await started(people(2));
  world.hang = true;
  world.shards.remove("k0");
  await world.sync.object.poke();
  await vi.advanceTimersByTimeAsync(29_000);
  expect(await world.sync.object.state()).toMatchObject({ status: "syncing" });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await world.sync.object.state()).toMatchObject({ status: "retrying", error: { code: "unreachable" } });
  world.hang = false;
  await world.run(1000);
  expect(await world.audience()).toEqual(await world.wanted());
});
