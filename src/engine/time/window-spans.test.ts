import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inSpans } from "../columns/number-scan.ts";
import { PERIODS, type TimeWindow } from "../predicates/predicate.ts";
import type { TimeUnit } from "../query/ast.ts";
import { dayAt, oracleInWindow } from "../testing/oracle-windows.ts";
import { DAY_MS, formatDate, parseIsoDate } from "../values/calendar.ts";
import { dayOf } from "./local-day.ts";
import { windowSpans } from "./window-spans.ts";

const at = (text: string): number => Date.parse(text);
const day = (date: string): number => parseIsoDate(date) as number;

/** Whether a value is inside, by the engine. */
function inside(window: TimeWindow, value: number, now: number, timeZone = "UTC"): boolean {
  return inSpans(windowSpans(window, { now, timeZone }).spans, value);
}

const last = (n: number, unit: TimeUnit, dated = true): TimeWindow => ({ how: "last", n, unit, dated });
const next = (n: number, unit: TimeUnit, dated = true): TimeWindow => ({ how: "next", n, unit, dated });
const period = (name: (typeof PERIODS)[number], dated = true): TimeWindow => ({ how: "period", period: name, dated });

/** First and last date of a window over a date field. */
function dates(window: TimeWindow, today: string): string[] {
  return windowSpans(window, { now: at(`${today}T12:00:00Z`), timeZone: "UTC" }).spans.map(formatDate);
}

describe("windows over dates", () => {
  test("T1 30 days are 30 dates, today included; the next 7 days begin tomorrow", () => {
    expect(dates(last(30, "day"), "2024-03-30")).toEqual(["2024-03-01", "2024-03-30"]);
    expect(dates(last(1, "day"), "2024-03-30")).toEqual(["2024-03-30", "2024-03-30"]);
    expect(dates(next(7, "day"), "2024-03-30")).toEqual(["2024-03-31", "2024-04-06"]);
  });

  test("T2 weeks are seven days each, counted from today", () => {
    expect(dates(last(2, "week"), "2024-03-14")).toEqual(["2024-03-01", "2024-03-14"]);
    expect(dates(next(1, "week"), "2024-02-25")).toEqual(["2024-02-26", "2024-03-03"]);
  });

  test("T3 months, quarters and years step by calendar, and a day that a month lacks is its last one", () => {
    expect(dates(last(1, "month"), "2024-03-31")).toEqual(["2024-03-01", "2024-03-31"]);
    expect(dates(last(1, "month"), "2023-03-30")).toEqual(["2023-03-01", "2023-03-30"]);
    expect(dates(next(1, "month"), "2024-01-31")).toEqual(["2024-02-01", "2024-02-29"]);
    expect(dates(last(1, "quarter"), "2024-05-31")).toEqual(["2024-03-01", "2024-05-31"]);
    expect(dates(last(1, "year"), "2024-02-29")).toEqual(["2023-03-01", "2024-02-29"]);
    expect(dates(next(4, "year"), "2024-02-29")).toEqual(["2024-03-01", "2028-02-29"]);
  });

  test.each([
    ["today", "2024-05-15", "2024-05-15"],
    ["yesterday", "2024-05-14", "2024-05-14"],
    ["tomorrow", "2024-05-16", "2024-05-16"],
    ["this_week", "2024-05-13", "2024-05-19"],
    ["last_week", "2024-05-06", "2024-05-12"],
    ["this_month", "2024-05-01", "2024-05-31"],
    ["last_month", "2024-04-01", "2024-04-30"],
    ["this_quarter", "2024-04-01", "2024-06-30"],
    ["last_quarter", "2024-01-01", "2024-03-31"],
    ["this_year", "2024-01-01", "2024-12-31"],
    ["last_year", "2023-01-01", "2023-12-31"],
  ] as const)("T4 on Wednesday 2024-05-15 %s is %s to %s", (name, from, to) => {
    expect(dates(period(name), "2024-05-15")).toEqual([from, to]);
  });

  test("T4 weeks begin on Monday, on both sides of 1970", () => {
    expect(dates(period("this_week"), "2024-05-13")[0]).toBe("2024-05-13");
    expect(dates(period("this_week"), "2024-05-19")[0]).toBe("2024-05-13");
    expect(dates(period("this_week"), "1969-12-28")).toEqual(["1969-12-22", "1969-12-28"]);
  });

  test("T3 a window longer than the calendar has no end", () => {
    const now = at("2024-05-15T12:00:00Z");
    for (const unit of ["week", "month", "quarter", "year"] as const) {
      expect([unit, inside(last(100_000, unit), day("0200-01-01"), now)]).toEqual([unit, true]);
      expect([unit, inside(last(100_000, unit), day("2024-05-16"), now)]).toEqual([unit, false]);
      expect([unit, inside(next(100_000, unit), day("3900-12-31"), now)]).toEqual([unit, true]);
    }
    expect(inside(last(100_000, "year"), day("0001-01-01"), now)).toBe(true);
    expect(inside(last(100_000, "year", false), at("0001-01-01T00:00:00Z"), now, "America/New_York")).toBe(true);
    expect(inside(next(100_000, "year", false), at("9999-12-31T23:59:59Z"), now, "Asia/Kolkata")).toBe(true);
  });
});

describe("windows over instants", () => {
  test("T5 minutes and hours are exact, the far end is out, now is in", () => {
    const now = at("2024-05-15T12:00:00Z");
    expect(inside(last(1, "hour", false), now, now)).toBe(true);
    expect(inside(last(1, "hour", false), now - 3_599_999, now)).toBe(true);
    expect(inside(last(1, "hour", false), now - 3_600_000, now)).toBe(false);
    expect(inside(last(1, "hour", false), now + 1, now)).toBe(false);
    expect(inside(next(30, "minute", false), now, now)).toBe(false);
    expect(inside(next(30, "minute", false), now + 1, now)).toBe(true);
    expect(inside(next(30, "minute", false), now + 1_800_000, now)).toBe(true);
    expect(inside(next(30, "minute", false), now + 1_800_001, now)).toBe(false);
    expect(windowSpans(last(1, "minute", false), { now, timeZone: "UTC" }).until).toBe(now + 1);
    expect(() => windowSpans(last(1, "hour"), { now, timeZone: "UTC" })).toThrow(RangeError);
  });

  test("T6 days are local days, as long as the zone makes them", () => {
    const newYork = { timeZone: "America/New_York" };
    const springForward = windowSpans(period("today", false), { ...newYork, now: at("2024-03-10T12:00:00Z") });
    expect(springForward.spans).toEqual([at("2024-03-10T05:00:00Z"), at("2024-03-11T04:00:00Z") - 1]);
    const fallBack = windowSpans(last(1, "day", false), { ...newYork, now: at("2024-11-03T12:00:00Z") });
    expect(fallBack.spans).toEqual([at("2024-11-03T04:00:00Z"), at("2024-11-04T05:00:00Z") - 1]);
  });

  test("T6 a day that the zone left out is in no window, and yesterday may be empty", () => {
    const apia = { timeZone: "Pacific/Apia", now: at("2011-12-30T12:00:00Z") };
    expect(formatDate(dayOf(apia.timeZone, apia.now))).toBe("2011-12-31");
    expect(windowSpans(period("yesterday", false), apia).spans).toEqual([]);
    expect(windowSpans(period("yesterday"), apia).spans).toEqual([day("2011-12-30"), day("2011-12-30")]);
    const before = windowSpans(period("today", false), { ...apia, now: at("2011-12-30T09:59:59.999Z") });
    expect(before.until).toBe(at("2011-12-30T10:00:00Z"));
  });

  test("T7 days never go back: an hour repeated across midnight belongs to the later day", () => {
    const zone = "America/St_Johns";
    const midnight = at("2010-11-07T02:30:00Z");
    const dayAtMinutes = (minutes: number) => formatDate(dayOf(zone, midnight + minutes * 60_000));
    expect([-1, 0, 1, 30, 60, 61].map(dayAtMinutes)).toEqual(["2010-11-06", ...Array(5).fill("2010-11-07")]);
    const repeated = midnight + 30 * 60_000;
    expect(inside(period("today", false), repeated, repeated, zone)).toBe(true);
    expect(windowSpans(period("today", false), { now: repeated, timeZone: zone }).until).toBe(
      at("2010-11-08T03:30:00Z"),
    );
  });
});

const zones = [
  "UTC",
  "America/New_York",
  "America/St_Johns",
  "America/Sao_Paulo",
  "Australia/Lord_Howe",
  "Europe/Berlin",
  "Africa/Casablanca",
  "Asia/Kathmandu",
  "Pacific/Apia",
];
/** Instants beside which something happens: changes of clocks, month ends, leap days. */
const moments = [
  "2024-03-10T06:59:59.999Z",
  "2024-11-03T05:30:00Z",
  "2010-11-07T02:45:00Z",
  "2010-03-14T03:31:00Z",
  "2018-11-04T03:00:00Z",
  "2018-02-18T02:00:00Z",
  "2024-04-06T14:50:00Z",
  "2024-10-05T15:20:00Z",
  "2024-10-27T00:30:00Z",
  "2011-12-30T09:59:00Z",
  "2011-12-31T11:00:00Z",
  "2024-02-29T12:00:00Z",
  "2023-12-31T23:30:00Z",
  "2024-05-31T08:00:00Z",
  "1970-01-01T00:00:00Z",
].map(at);

const anyInstant = fc
  .tuple(
    fc.constantFrom(...moments),
    fc.oneof(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -900_000, max: 900_000 })),
  )
  .map(([moment, minutes]) => moment + minutes * 60_000);
const units: readonly TimeUnit[] = ["minute", "hour", "day", "week", "month", "quarter", "year"];
const anyWindow = fc.oneof(
  fc.record({
    how: fc.constantFrom("last" as const, "next" as const),
    n: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 500 })),
    unit: fc.constantFrom(...units),
  }),
  fc.record({ how: fc.constant("period" as const), period: fc.constantFrom(...PERIODS) }),
);
type AnyWindow = typeof anyWindow extends fc.Arbitrary<infer W> ? W : never;

function ruleOf(window: AnyWindow): Record<string, unknown> {
  if (window.how === "period") return { operator: "in_period", value: window.period };
  return { operator: `in_${window.how}`, value: { n: window.n, unit: window.unit } };
}

/** Values beside the ends of the spans, where mistakes are, and anywhere. */
function probes(spans: readonly number[], step: number, more: readonly number[]): number[] {
  return [...more, ...spans.flatMap((bound) => [bound - step, bound, bound + step])];
}

test("T6 T1 windows over instants agree with a walk through the days", () => {
  let [yes, no] = [0, 0];
  const property = fc.property(
    anyWindow,
    anyInstant,
    fc.constantFrom(...zones),
    fc.array(anyInstant, { maxLength: 3 }),
    (window, now, timeZone, others) => {
      const { spans } = windowSpans({ ...window, dated: false }, { now, timeZone });
      for (const value of probes(spans, 1, [now, now - 1, now + 1, ...others])) {
        const expected = oracleInWindow(ruleOf(window), value, { now, timeZone });
        expect([value, inSpans(spans, value)]).toEqual([value, expected]);
        if (expected) yes++;
        else no++;
      }
    },
  );
  fc.assert(property, { numRuns: 1500 });
  expect(Math.min(yes, no)).toBeGreaterThan(1000);
});

test("T1 T2 T3 T4 windows over dates agree with a walk through the days", () => {
  const property = fc.property(anyWindow, anyInstant, fc.constantFrom(...zones), (window, now, timeZone) => {
    if (window.how !== "period" && (window.unit === "minute" || window.unit === "hour")) return;
    const { spans } = windowSpans({ ...window, dated: true }, { now, timeZone });
    for (const value of probes(spans, 1, [day(dayAt(now, timeZone))])) {
      const expected = oracleInWindow(ruleOf(window), formatDate(value), { now, timeZone });
      expect([formatDate(value), inSpans(spans, value)]).toEqual([formatDate(value), expected]);
    }
  });
  fc.assert(property, { numRuns: 1500 });
});

test("T8 spans hold exactly until `until`: nothing changes before it, and they are others at it", () => {
  const property = fc.property(
    anyWindow,
    anyInstant,
    fc.constantFrom(...zones),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.boolean(),
    (window, now, timeZone, fraction, wantDated) => {
      const exact = window.how !== "period" && (window.unit === "minute" || window.unit === "hour");
      const dated = wantDated && !exact;
      const { spans, until } = windowSpans({ ...window, dated }, { now, timeZone });
      expect(until).toBeGreaterThan(now);
      const between = Math.floor(now + fraction * (until - 1 - now));
      for (const moment of [between, until - 1]) {
        expect(windowSpans({ ...window, dated }, { now: moment, timeZone })).toEqual({ spans, until });
      }
      expect(windowSpans({ ...window, dated }, { now: until, timeZone }).spans).not.toEqual(spans);
    },
  );
  fc.assert(property, { numRuns: 1500 });
});

test("T8 the spans of days change at the next local midnight", () => {
  for (const timeZone of zones) {
    const { until } = windowSpans(last(30, "day"), { now: at("2024-07-04T12:34:56Z"), timeZone });
    expect(dayAt(until, timeZone) > dayAt(until - 1, timeZone)).toBe(true);
    expect(until - at("2024-07-04T12:34:56Z")).toBeLessThanOrEqual(DAY_MS);
  }
});
