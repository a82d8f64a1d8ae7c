import { expect, test } from "vitest";
import { CuttyError } from "./error.ts";
import { secondsOf } from "./problem.ts";
import { rateLimitOf } from "./rate-limit.ts";
import { backoff, pauseBefore } from "./retry.ts";

const failure = (code: string, status = 0, retryAfter: number | null = null) =>
  new CuttyError({ code, status, detail: "For a test.", retryAfter });

test("what passes is made again, what does not is not", () => {
  const again = (error: CuttyError) => pauseBefore(error, 1, "always", 0.5) !== null;
  expect([429, 502, 503, 504].every((status) => again(failure("any", status)))).toBe(true);
  expect(again(failure("network_error")) && again(failure("timeout")) && again(failure("call_under_way", 409))).toBe(
    true,
  );
  for (const status of [400, 401, 403, 404, 409, 410, 412, 422, 500]) expect(again(failure("any", status))).toBe(false);
});

test("what must not be done twice is made again only where it was refused before it began", () => {
  const again = (error: CuttyError) => pauseBefore(error, 1, "refused", 0.5) !== null;
  expect(again(failure("rate_limited", 429))).toBe(true);
  expect(again(failure("unavailable", 503)) || again(failure("network_error")) || again(failure("timeout"))).toBe(
    false,
  );
});

test("pauses double, differ, and end at 20 seconds; Retry-After is kept to, and told instead beyond a minute", () => {
  expect([1, 2, 3].map((failed) => backoff(failed, 0))).toEqual([250, 500, 1_000]);
  expect(backoff(1, 0.999)).toBeGreaterThan(490);
  expect(backoff(1_000, 0.999)).toBeLessThanOrEqual(20_000);
  expect(pauseBefore(failure("rate_limited", 429, 7), 1, "always", 0)).toBe(7_000);
  expect(pauseBefore(failure("rate_limited", 429, 7), 1, "always", 0.9)).toBeGreaterThan(7_000);
  expect(pauseBefore(failure("rate_limited", 429, 61), 1, "always", 0)).toBeNull();
});

test("Retry-After is seconds or a date", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(secondsOf("12", now)).toBe(12);
  expect(secondsOf("Thu, 01 Jan 2026 00:00:30 GMT", now)).toBe(30);
  expect(secondsOf("Wed, 31 Dec 2025 00:00:00 GMT", now)).toBe(0);
  expect(secondsOf("soon", now)).toBeNull();
  expect(secondsOf(null, now)).toBeNull();
});

test("RateLimit is read with its policy, without it, and not at all where it is not understood", () => {
  const of = (limit: string, policy?: string) =>
    rateLimitOf(new Headers({ ratelimit: limit, ...(policy ? { "ratelimit-policy": policy } : {}) }));
  expect(of('"members";r=99;t=3601', '"members";q=100;w=3600')).toEqual({
    ...{ name: "members", remaining: 99, resetSeconds: 3_601, limit: 100, windowSeconds: 3_600 },
  });
  expect(of('"members"; r=0')).toEqual({
    ...{ name: "members", remaining: 0, resetSeconds: null, limit: null, windowSeconds: null },
  });
  expect(of("limit=100, remaining=5")).toBeNull();
  expect(rateLimitOf(new Headers())).toBeNull();
});
