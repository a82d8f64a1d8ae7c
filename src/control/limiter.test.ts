import { expect, test } from "vitest";
import { Clock, ObjectHost } from "../deliver/testing/object-host.ts";
import { LimiterObject } from "./limiter.ts";

const rule = { limit: 3, window_ms: 60_000 };

function limiter() {
  const clock = new Clock();
  const host = new ObjectHost("l", clock, (state) => new LimiterObject(state, { now: clock.now }));
  return { clock, host, hit: () => host.object.hit(rule), check: () => host.object.check(rule) };
}

test("A10 the attempt after the limit is refused until the oldest leaves the window", async () => {
  const { clock, hit, check } = limiter();
  for (let n = 0; n < 3; n++) {
    expect((await hit()).allowed).toBe(true);
    clock.advance(10_000);
  }
  expect(await check()).toEqual({ allowed: false, retry_after_ms: 30_000 });
  expect((await hit()).allowed).toBe(false);
  clock.advance(30_000);
  expect(await check()).toEqual({ allowed: true, retry_after_ms: 0 });
});

test("A11 looking counts nothing, and what was counted can be forgotten", async () => {
  const { host, hit, check } = limiter();
  for (let n = 0; n < 10; n++) expect((await check()).allowed).toBe(true);
  for (let n = 0; n < 3; n++) await hit();
  await host.object.clear();
  expect((await hit()).allowed).toBe(true);
});

test("A10 counts survive a restart, and nothing is left a window after the last", async () => {
  const { clock, host, hit, check } = limiter();
  for (let n = 0; n < 3; n++) await hit();
  host.crash();
  expect((await check()).allowed).toBe(false);
  clock.advance(rule.window_ms + 1000);
  await host.ring();
  expect(host.rows("SELECT * FROM hits")).toEqual([]);
});
