import { describe, expect, test } from "vitest";
import { DAY_MS, dateFromDays, daysFromDate, formatDate, parseIsoDate } from "./calendar.ts";

describe("calendar", () => {
  test("V9 every day of years 1 to 9999 goes to days and back, in step with the platform's calendar", () => {
    const first = parseIsoDate("0001-01-01") as number;
    const last = parseIsoDate("9999-12-31") as number;
    expect(last - first).toBe(3_652_058);
    for (let days = first; days <= last; days += 41) {
      const { year, month, day } = dateFromDays(days);
      const iso = new Date(days * DAY_MS).toISOString();
      if (daysFromDate(year, month, day) === days && iso === `${formatDate(days)}T00:00:00.000Z`) continue;
      throw new Error(`${iso} is ${formatDate(days)} here`);
    }
  });

  test.each([
    "2023-02-29",
    "1900-02-29",
    "2024-13-01",
    "2024-00-10",
    "2024-04-31",
    "2024-1-1",
    "0000-01-01",
    "24-01-01",
    "2024-01-01 ",
  ])("V9 %s is no date", (text) => {
    expect(parseIsoDate(text)).toBeNull();
  });

  test("V9 leap days are dates", () => {
    expect(parseIsoDate("1970-01-01")).toBe(0);
    expect(parseIsoDate("2000-02-29")).toBe(11_016);
    expect(parseIsoDate("1969-12-31")).toBe(-1);
  });
});
