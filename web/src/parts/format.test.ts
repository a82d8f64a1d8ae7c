import { describe, expect, test } from "vitest";
import { formatAgo, formatBytes, formatDuration, formatShare, nameFromFile, plural } from "./format.ts";

describe("numbers as people read them", () => {
  test("W43 a share that is not nothing never reads as nothing, one that is not all never as all", () => {
    expect(formatShare(48_213, 1_000_000)).toBe("4.8 %");
    expect(formatShare(1, 1_000_000)).toBe("< 0.1 %");
    expect(formatShare(999_999, 1_000_000)).toBe("> 99.9 %");
    expect([formatShare(0, 5), formatShare(5, 5), formatShare(0, 0)]).toEqual(["0 %", "100 %", "0 %"]);
  });

  test("W44 sizes, durations and counts are short and have their unit", () => {
    expect([formatBytes(970_457), formatBytes(1_500), formatBytes(0)]).toEqual(["970 KB", "1.5 KB", "0 B"]);
    expect([formatDuration(0.4), formatDuration(9.4), formatDuration(1_840)]).toEqual(["under 1 ms", "9 ms", "1.8 s"]);
    expect([plural(1, "row"), plural(7_043, "row")]).toEqual(["1 row", "7,043 rows"]);
  });

  test("W44 a moment is said as how long ago it was, the nearer the finer", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    const ago = (seconds: number) => formatAgo(now - seconds * 1_000, now);
    expect([ago(1), ago(12), ago(300), ago(7_200)]).toEqual(["now", "12 s ago", "5 min ago", "2 h ago"]);
  });

  test("W14 a file's name becomes the name of what is imported", () => {
    expect(nameFromFile("telco-customers.csv")).toBe("Telco customers");
    expect(nameFromFile("crm_export.CSV.gz")).toBe("Crm export");
    expect(nameFromFile(".csv")).toBe("New file");
  });
});
