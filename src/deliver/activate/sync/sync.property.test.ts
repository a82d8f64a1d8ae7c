/** Random histories of records, faults, lost answers and crashes: at the end the audience is exact. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SandboxFault } from "../../interface.ts";
import { SyncWorld } from "../../testing/sync-world.ts";

const KEYS = Array.from({ length: 9 }, (_, i) => `key${i}`);
const EMAILS = ["a@x.test", "A@X.test ", "b@x.test", "c@x.test", "d@x.test", "e@x.test", "broken", "", null];

type Op =
  | { readonly kind: "write"; readonly key: string; readonly member: boolean; readonly email: string | null }
  | { readonly kind: "remove"; readonly key: string }
  | { readonly kind: "fault"; readonly fault: SandboxFault; readonly times: number }
  | { readonly kind: "crash"; readonly afterPorts: number; readonly leaves: boolean }
  | { readonly kind: "run"; readonly ms: number }
  | { readonly kind: "poke" | "cut" | "down" | "up" | "pause" | "resume" };

const write = fc.record({
  kind: fc.constant("write" as const),
  key: fc.constantFrom(...KEYS),
  member: fc.boolean(),
  email: fc.constantFrom(...EMAILS),
});
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 8, arbitrary: write },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), key: fc.constantFrom(...KEYS) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("fault" as const),
      fault: fc.constantFrom<SandboxFault[]>("none", "unavailable", "rate_limited", "lost_response", "reject_some"),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("crash" as const),
      afterPorts: fc.integer({ min: 0, max: 6 }),
      leaves: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("run" as const), ms: fc.integer({ min: 0, max: 90_000 }) }) },
  { weight: 6, arbitrary: fc.constant({ kind: "poke" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "cut" as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("down" as const, "up" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("pause" as const, "resume" as const) }) },
);

/** What the generated histories really met, over all of them. */
const met = { crashes: 0, faults: 0, resyncs: 0, results: 0 };

function armCrash(world: SyncWorld, afterPorts: number, leaves: boolean): void {
  let left = afterPorts;
  world.beforePort = () => {
    if (left-- > 0) return;
    world.beforePort = () => undefined;
    met.crashes++;
    world.sync.crash();
    if (!leaves) throw new Error("crashed before it left");
  };
}

async function apply(world: SyncWorld, step: Op): Promise<void> {
  if (step.kind === "write") world.shards.write(step.key, step.member, step.email);
  else if (step.kind === "remove") world.shards.remove(step.key);
  else if (step.kind === "cut") world.shards.cutLogs();
  else if (step.kind === "down" || step.kind === "up") world.shards.down = step.kind === "down";
  else if (step.kind === "crash") armCrash(world, step.afterPorts, step.leaves);
  else if (step.kind === "run") await world.run(step.ms);
  else if (step.kind === "fault") await world.sandbox.object.setFaults({ kind: step.fault, times: step.times });
  else {
    await world.call(step.kind);
    if (step.kind === "poke") await world.run(0);
  }
}

async function settle(world: SyncWorld): Promise<void> {
  world.beforePort = () => undefined;
  world.shards.down = false;
  await world.sandbox.object.setFaults({ kind: "none" });
  await world.call("resume");
  await world.run(120_000);
}

test("D82 any history of changes, faults, lost answers and crashes ends in the exact audience", async () => {
  const history = fc.array(op, { minLength: 5, maxLength: 60 });
  const property = fc.asyncProperty(history, async (steps) => {
    const world = new SyncWorld(2);
    for (const key of KEYS.slice(0, 4)) world.shards.write(key, true, `${key}@x.test`);
    await world.call("start");
    for (const step of steps) {
      await apply(world, step);
      if (step.kind === "fault" && step.fault !== "none") met.faults++;
    }
    await settle(world);
    expect(await world.audience()).toEqual(await world.wanted());
    const state = await world.sync.object.state();
    expect(state).toMatchObject({ status: "in_sync", waiting: 0, audience_size: (await world.wanted()).length });
    met.resyncs += Number(world.sync.rows("SELECT generation FROM sync")[0]?.generation) - 1;
    met.results += Number(world.sync.rows("SELECT count(*) AS n FROM results")[0]?.n);
  });
  await fc.assert(property, { numRuns: Number(process.env.CUTTY_RUNS ?? 80) });
  expect(met.crashes).toBeGreaterThan(20);
  expect(met.faults).toBeGreaterThan(20);
  expect(met.resyncs).toBeGreaterThan(5);
  expect(met.results).toBeGreaterThan(300);
}, 60_000);

test("D82 a sync deleted in the middle of anything leaves nobody behind", async () => {
  const history = fc.array(op, { minLength: 3, maxLength: 25 });
  const property = fc.asyncProperty(history, history, async (before, after) => {
    const world = new SyncWorld(2);
    for (const key of KEYS.slice(0, 4)) world.shards.write(key, true, `${key}@x.test`);
    await world.call("start");
    for (const step of before) await apply(world, step);
    world.config = null;
    await world.call("destroy");
    for (const step of after) await apply(world, step);
    await settle(world);
    await world.run(600_000);
    expect(await world.audience()).toEqual([]);
  });
  await fc.assert(property, { numRuns: Number(process.env.CUTTY_RUNS ?? 40) });
}, 60_000);
