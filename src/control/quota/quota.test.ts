import fc from "fast-check";
import { expect, test } from "vitest";
import { Clock, ObjectHost } from "../../deliver/testing/object-host.ts";
import { QuotaObject } from "./quota.ts";

const START = Date.parse("2026-03-01T12:00:00Z");

function quotaHost() {
  const clock = new Clock();
  clock.advance(START - clock.now());
  const host = new ObjectHost("key_1", clock, (state) => new QuotaObject(state, { now: clock.now }));
  return { clock, host };
}

test("K20 K22 as many are allowed as remain, and one more after the seconds told", async () => {
  const { clock, host } = quotaHost();
  const quota = { name: "members", limit: 3, window_s: 60 };
  const take = () => host.object.take(quota);
  expect(await take()).toEqual({ allowed: true, remaining: 2, reset_s: 61 });
  clock.advance(10_000);
  expect(await take()).toEqual({ allowed: true, remaining: 1, reset_s: 51 });
  expect(await take()).toEqual({ allowed: true, remaining: 0, reset_s: 51 });
  expect(await take()).toEqual({ allowed: false, remaining: 0, reset_s: 51 });
  clock.advance(50_000);
  expect(await take()).toMatchObject({ allowed: false, reset_s: 1 });
  clock.advance(1_000);
  expect(await take()).toMatchObject({ allowed: true, remaining: 0 });
  expect(await take()).toMatchObject({ allowed: false, reset_s: 10 });
});

test("K21 in no window more is allowed than the limit, with crashes in between", async () => {
  let allowed = 0;
  let refused = 0;
  const steps = fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 40 }) }) },
      { weight: 4, arbitrary: fc.record({ wait: fc.integer({ min: 1, max: 20_000 }) }) },
      { weight: 1, arbitrary: fc.constant({ crash: true as const }) },
    ),
    { minLength: 5, maxLength: 60, size: "max" },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(1, 5, 100, 450), steps, async (limit, script) => {
      const { clock, host } = quotaHost();
      const quota = { name: "standard", limit, window_s: 30 };
      const times: number[] = [];
      for (const step of script) {
        if ("crash" in step) host.crash();
        else if ("wait" in step) clock.advance(step.wait);
        else {
          for (let n = 0; n < step.take; n++) {
            if ((await host.object.take(quota)).allowed) times.push(clock.now());
            else refused++;
          }
        }
      }
      allowed += times.length;
      for (const [at, time] of times.entries()) {
        const later = times[at + limit];
        if (later !== undefined) expect(later - time).toBeGreaterThanOrEqual(30_000);
      }
    }),
    { numRuns: 100 },
  );
  expect(allowed).toBeGreaterThan(1_000);
  expect(refused).toBeGreaterThan(1_000);
});

test("K21 what is left of a limit after a crash is less by one in a hundred at most", async () => {
  const { clock, host } = quotaHost();
  const quota = { name: "standard", limit: 1_000, window_s: 3_600 };
  for (let n = 0; n < 500; n++) {
    await host.object.take(quota);
    clock.advance(700);
  }
  host.crash();
  const { remaining } = await host.object.take(quota);
  expect(remaining).toBeGreaterThanOrEqual(499 - 10);
  expect(remaining).toBeLessThanOrEqual(499);
});

test("K11 when it was last used is known to the second or so, also after a crash", async () => {
  const { clock, host } = quotaHost();
  expect(await host.object.lastUse()).toBeNull();
  await host.object.take({ name: "standard", limit: 1_000, window_s: 3_600 });
  host.crash();
  expect(await host.object.lastUse()).toBe(clock.now());
});

test("K22 calls now and then cost one each, though the object rests after each of them", async () => {
  const { clock, host } = quotaHost();
  const quota = { name: "standard", limit: 1_000, window_s: 3_600 };
  for (let n = 0; n < 100; n++) {
    expect(await host.object.take(quota)).toMatchObject({ allowed: true, remaining: 999 - n });
    host.crash();
    clock.advance(20_000);
  }
});
