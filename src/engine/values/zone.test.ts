import { describe, expect, test } from "vitest";
import { parseIsoDate } from "./calendar.ts";
import { formatInstant } from "./date-time.ts";
import { instantOfLocal, isTimeZone, localDay, startOfDay, zoneOffset } from "./zone.ts";

const local = (zone: string, wall: string) => formatInstant(instantOfLocal(zone, Date.parse(`${wall}Z`)));
const start = (zone: string, date: string) => formatInstant(startOfDay(zone, parseIsoDate(date) as number));
const hours = (zone: string, at: string) => zoneOffset(zone, Date.parse(at)) / 3_600_000;

describe("time zones", () => {
  test("V18 offsets follow daylight saving to the second", () => {
    expect(hours("America/New_York", "2024-03-10T06:59:59.999Z")).toBe(-5);
    expect(hours("America/New_York", "2024-03-10T07:00:00Z")).toBe(-4);
    expect(hours("Australia/Lord_Howe", "2024-01-01T00:00:00Z")).toBe(11);
    expect(hours("Australia/Lord_Howe", "2024-07-01T00:00:00Z")).toBe(10.5);
    expect(hours("Asia/Kathmandu", "2024-07-01T00:00:00Z")).toBe(5.75);
  });

  test("V18 offsets of history, seconds included, and of both sides of 1970", () => {
    expect(zoneOffset("America/New_York", Date.parse("1850-01-01T00:00:00Z"))).toBe(-17_762_000);
    expect(hours("Europe/Moscow", "2012-01-01T00:00:00Z")).toBe(4);
    expect(hours("UTC", "1850-01-01T00:00:00Z")).toBe(0);
  });

  test("V18 offsets agree with the platform at every hour of a year", () => {
    const format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "Africa/Casablanca",
      dateStyle: "short",
      timeStyle: "medium",
    });
    for (let at = Date.UTC(2024, 0, 1); at < Date.UTC(2025, 0, 1); at += 3_600_000 * 5) {
      const wall = new Date(at + zoneOffset("Africa/Casablanca", at)).toISOString().slice(0, 19).replace("T", " ");
      expect(wall).toBe(format.format(at));
    }
  });

  test("V19 a local time shown twice is the earlier instant", () => {
    expect(local("America/New_York", "2024-11-03T01:30:00")).toBe("2024-11-03T05:30:00Z");
    expect(local("Europe/Berlin", "2024-10-27T02:00:00")).toBe("2024-10-27T00:00:00Z");
    expect(local("America/New_York", "2024-11-03T02:00:00")).toBe("2024-11-03T07:00:00Z");
  });

  test("V20 a local time that is left out is the first instant after the gap", () => {
    expect(local("America/New_York", "2024-03-10T02:00:00")).toBe("2024-03-10T07:00:00Z");
    expect(local("America/New_York", "2024-03-10T02:59:59")).toBe("2024-03-10T07:00:00Z");
    expect(local("America/New_York", "2024-03-10T03:00:00")).toBe("2024-03-10T07:00:00Z");
    expect(local("Pacific/Apia", "2011-12-30T12:00:00")).toBe("2011-12-30T10:00:00Z");
  });

  test("V20 a day whose midnight is left out starts after the gap", () => {
    expect(start("America/Sao_Paulo", "2018-11-04")).toBe("2018-11-04T03:00:00Z");
    expect(start("America/New_York", "2024-03-10")).toBe("2024-03-10T05:00:00Z");
    expect(start("Pacific/Apia", "2011-12-30")).toBe(start("Pacific/Apia", "2011-12-31"));
  });

  test("V18 the local date of an instant", () => {
    expect(localDay("Pacific/Auckland", Date.parse("2024-01-01T12:00:00Z"))).toBe(parseIsoDate("2024-01-02"));
    expect(localDay("America/New_York", Date.parse("1969-12-31T23:00:00Z"))).toBe(-1);
  });

  test("V18 a zone is known or it is not", () => {
    expect(["UTC", "Europe/Berlin", "Mars/Olympus", ""].map(isTimeZone)).toEqual([true, true, false, false]);
  });
});
