import { expect, test } from "vitest";
import { migrate } from "../platform/migrate.ts";
import { nextDelay } from "./backoff.ts";
import { Clock, ObjectHost } from "./testing/object-host.ts";
import { TIMERS_TABLE, Timers } from "./timers.ts";

class Sleeper {
  readonly timers: Timers;
  rang: string[] = [];

  constructor(storage: ConstructorParameters<typeof Timers>[0], now: () => number) {
    migrate(storage.sql, [TIMERS_TABLE]);
    this.timers = new Timers(storage, now);
  }

  async alarm(): Promise<void> {
    this.rang.push(...this.timers.takeDue());
  }
}

function sleeper() {
  const clock = new Clock();
  return { clock, host: new ObjectHost("one", clock, (state) => new Sleeper(state.storage, clock.now)) };
}

test("D90 the alarm is the earliest timer; each goes off once, also after a restart", async () => {
  const { clock, host } = sleeper();
  const start = clock.now();
  host.object.timers.set("late", start + 5000);
  host.object.timers.set("early", start + 1000);
  expect(host.alarmAt).toBeLessThanOrEqual(start + 1001);
  host.crash();
  clock.advance(2000);
  await host.ring();
  expect(host.object.rang).toEqual(["early"]);
  expect(host.alarmAt).toBeGreaterThanOrEqual(start + 5000);
  clock.advance(4000);
  await host.ring();
  expect(host.object.rang).toEqual(["early", "late"]);
  expect(host.alarmAt).toBeNull();
});

test("D90 a timer can be moved and cleared", () => {
  const { clock, host } = sleeper();
  const { timers } = host.object;
  timers.set("a", clock.now() + 5000);
  timers.setNoLater("a", clock.now() + 9000);
  expect(timers.at("a")).toBe(clock.now() + 5000);
  timers.setNoLater("a", clock.now() + 1000);
  expect(timers.at("a")).toBe(clock.now() + 1000);
  timers.clear("a");
  expect(host.alarmAt).toBeNull();
});

test("D91 delays double up to their limit, half of each is jitter", () => {
  const backoff = { first_ms: 500, max_ms: 300_000 };
  expect([1, 2, 3, 4].map((attempt) => nextDelay(attempt, 0, backoff))).toEqual([250, 500, 1000, 2000]);
  expect([1, 2, 3, 4].map((attempt) => nextDelay(attempt, 1, backoff))).toEqual([500, 1000, 2000, 4000]);
  expect(nextDelay(10_000, 1, backoff)).toBe(300_000);
});
