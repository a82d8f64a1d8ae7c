import { describe, expect, test } from "vitest";
import { formatInstant, parseInstant, parseIsoDateTime } from "./date-time.ts";

describe("datetimes", () => {
  test.each([
    ["2024-05-01T08:30:00Z", "2024-05-01T08:30:00Z"],
    ["2024-05-01t08:30:00z", "2024-05-01T08:30:00Z"],
    ["2024-05-01 08:30Z", "2024-05-01T08:30:00Z"],
    ["2024-05-01T08:30:00+02:00", "2024-05-01T06:30:00Z"],
    ["2024-05-01T08:30:00-0530", "2024-05-01T14:00:00Z"],
    ["2024-05-01 08:30:00.123456+00", "2024-05-01T08:30:00.123Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ])("V10 %s is an instant", (text, expected) => {
    expect(formatInstant(parseInstant(text) as number)).toBe(expected);
  });

  test.each([
    "2024-05-01",
    "2024-05-01T08:30:00",
    "2024-02-30T08:30:00Z",
    "2024-05-01T24:00:00Z",
    "2024-05-01T08:60:00Z",
    "2024-05-01T08:30:60Z",
    "2024-05-01T08:30:00+25:00",
    "2024-05-01T08:30:00+02:60",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "1714552200000",
  ])("V10 %s is no instant", (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  test("V10 digits finer than a millisecond are cut off, and it is known when they mattered", () => {
    expect(parseIsoDateTime("2024-05-01T00:00:00.1239Z")).toEqual({ local: 1714521600123, offset: 0, exact: false });
    expect(parseIsoDateTime("2024-05-01T00:00:00.123000")).toEqual({ local: 1714521600123, offset: null, exact: true });
  });
});
