/** Announcements repeated, reordered and lost, tellings that fail, crashes: at the end everybody knows the newest. */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FeedWorld, live } from "../testing/feed-world.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: Date.parse("2026-03-01T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

async function pass(world: FeedWorld, ms: number, step = 20): Promise<void> {
  for (let passed = 0; passed < ms; passed += step) {
    await vi.advanceTimersByTimeAsync(step);
    await world.feed.ring();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const op = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("change" as const), shard: fc.nat(1), segment: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("repeat" as const), back: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("fail" as const), ports: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const), ports: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(300) }) },
);

const met = { crashes: 0, failures: 0 };

function arm(world: FeedWorld, kind: "fail" | "crash", ports: number): void {
  let left = ports;
  world.beforePort = () => {
    if (kind === "fail") {
      if (left-- <= 0) return;
      met.failures++;
      throw new Error("not now");
    }
    if (left-- > 0) return;
    world.beforePort = () => undefined;
    met.crashes++;
    world.feed.crash();
    throw new Error("crashed");
  };
}

test("D5 whatever is lost on the way, the newest counts are told and every change is poked", async () => {
  const property = fc.asyncProperty(fc.array(op, { minLength: 3, maxLength: 30 }), async (steps) => {
    const world = new FeedWorld();
    const counts = [
      [0, 0],
      [0, 0],
    ];
    const sent: [shard: number, seq: number, segment: string, count: number][] = [];
    let seq = 0;
    const change = async (shard: number, segment: number) => {
      const count = ++seq;
      counts[segment]![shard] = count;
      sent.push([shard, seq, segment === 0 ? "a" : "b", count]);
      await world.announce(shard, seq, [live(segment === 0 ? "a" : "b", count)]);
    };
    for (const [shard, segment] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const)
      await change(shard, segment);
    for (const step of steps) {
      if (step.kind === "change") await change(step.shard, step.segment);
      else if (step.kind === "pass") await pass(world, step.ms);
      else if (step.kind === "repeat") {
        const [shard, old, segment, count] = sent.at(-1 - step.back) ?? sent[0]!;
        await world.announce(shard, old, [live(segment, count)]);
      } else arm(world, step.kind, step.ports);
    }
    world.beforePort = () => undefined;
    const pokesBefore = world.pokes.length;
    await change(0, 0);
    await pass(world, 12_000, 50);
    const sum = (segment: number) => counts[segment]!.reduce((total, count) => total + count, 0);
    expect(world.newest("segment:a")).toMatchObject({ member_count: sum(0) });
    expect(world.newest("segment:b")).toMatchObject({ member_count: sum(1) });
    expect(world.pokes.slice(pokesBefore)).toEqual(expect.arrayContaining(["syn_a", "syn_b"]));
    expect(world.feed.rows("SELECT * FROM outbox")).toEqual([]);
  });
  await fc.assert(property, { numRuns: Number(process.env.CUTTY_RUNS ?? 40) });
  expect(met.crashes).toBeGreaterThan(5);
  expect(met.failures).toBeGreaterThan(5);
}, 60_000);
