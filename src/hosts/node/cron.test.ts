import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { everyMinute } from "./cron.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:30Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

test("H70 H77 the work begins at once and with every minute of the clock, failing or not", async () => {
  const began: string[] = [];
  const silent = vi.spyOn(console, "error").mockReturnValue(undefined);
  const cron = everyMinute(async () => {
    began.push(new Date().toISOString().slice(11, 19));
    throw new Error("this minute's work fails");
  });
  await vi.advanceTimersByTimeAsync(150_000);
  await cron.stop();
  await vi.advanceTimersByTimeAsync(150_000);
  expect(began).toEqual(["00:00:30", "00:01:00", "00:02:00", "00:03:00"]);
  silent.mockRestore();
});

test("H70 work that takes longer than a minute is not begun twice", async () => {
  let [running, most, runs] = [0, 0, 0];
  const cron = everyMinute(async () => {
    runs++;
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 90_000));
    running--;
  });
  await vi.advanceTimersByTimeAsync(300_000);
  const stopped = cron.stop();
  await vi.advanceTimersByTimeAsync(300_000);
  await stopped;
  expect([most, runs]).toEqual([1, 3]);
});
