import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { ANCHOR, CUSTOMER_FIELDS, writeCustomers, writePurchases } from "./lib/generate.ts";
import { jsonCondition } from "./lib/json-rows.ts";
import { information } from "./lib/line.ts";
import { optionsFrom } from "./lib/options.ts";
import { report } from "./lib/report.ts";
import { geometricMean, quantile } from "./lib/stats.ts";
import { queries } from "./queries.ts";
import { segmentQueries } from "./segments.ts";

const folder = mkdtempSync(join(tmpdir(), "cutty-bench-test-"));
const at = (name: string) => join(folder, name);
const RUN = fileURLToPath(new URL("run.ts", import.meta.url));
const MINUTES = 60_000;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("generated data", () => {
  test("the same seed gives the same bytes, another one others", () => {
    const [first, again, other] = [1, 1, 2].map((seed, index) => {
      writeCustomers(at(`${index}.csv`), 500, seed);
      return readFileSync(at(`${index}.csv`), "utf8");
    });
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("rows have all fields, keys are distinct, and nothing lies after the anchor", () => {
    writeCustomers(at("customers.csv"), 2_000);
    const [header, ...rows] = readFileSync(at("customers.csv"), "utf8").trimEnd().split("\n");
    expect(header).toBe(CUSTOMER_FIELDS.map(({ name }) => name).join(","));
    const cells = rows.map((row) => row.split(","));
    expect(cells.every((row) => row.length === CUSTOMER_FIELDS.length)).toBe(true);
    expect(new Set(cells.map(([id]) => id)).size).toBe(2_000);
    expect(new Set(cells.map(([, email]) => email)).size).toBe(2_000);
    const latest = Math.max(...cells.map((row) => Date.parse(row[9] || "2000-01-01")));
    expect(latest).toBeLessThanOrEqual(ANCHOR);
    expect(cells.some((row) => row[6] === "")).toBe(true);
  });

  test("purchases belong to customers, to some far more than to others", () => {
    writePurchases(at("purchases.csv"), 6_000, 2_000);
    const [, ...rows] = readFileSync(at("purchases.csv"), "utf8").trimEnd().split("\n");
    const each = Map.groupBy(rows, (row) => row.split(",")[1]);
    expect([...each.keys()].every((id) => Number(id?.slice(1)) < 2_000)).toBe(true);
    expect(Math.max(...[...each.values()].map((own) => own.length))).toBeGreaterThan(20);
  });
});

test("there are twelve queries, and a thousand distinct segments, with and without what may be missing", () => {
  expect(queries).toHaveLength(12);
  for (const lacks of [new Set<string>(), new Set(["windows", "formulas"])]) {
    const made = segmentQueries(1_000, lacks);
    expect(new Set(made.map(({ query }) => JSON.stringify(query))).size).toBe(1_000);
    expect(made.some(({ needs }) => lacks.has(needs))).toBe(false);
  }
});

test("conditions over fields become conditions over JSON, values stay as they are", () => {
  expect(jsonCondition("lower(state) = 'state' AND signup < DATE '2024-01-01'")).toBe(
    "lower(json_extract(data, '$.state')) = 'state' AND json_extract(data, '$.signup') < '2024-01-01'",
  );
});

test("quantiles are by nearest rank, means geometric", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
  expect(quantile([4, 1, 3, 2], 0.99)).toBe(4);
  expect(geometricMean([1, 4])).toBeCloseTo(2);
});

test("options that mean nothing are refused", () => {
  expect(() => optionsFrom(["--rows", "many"], "out")).toThrow("--rows");
  expect(() => optionsFrom(["--peers", "oracle"], "out")).toThrow("--peers");
  expect(optionsFrom(["--only", "a,h"], "out").only).toEqual(["a", "h"]);
});

test("the report says where it ran, leaves out columns without figures, and counts the aims", () => {
  const machine = { date: "2026-06-01 12:00", cpu: "cpu", cores: 2, memory_gb: 8, node: "26" };
  const versions = { duckdb: "1", postgres: "15", sqlite: "3", commit: "abc" };
  const row = { ...information("time", "5 ms", { duckdb: "9 ms" }), aim: "faster", reached: true, ratio: 1.8 };
  const ran = { line: { id: "a", title: "Counts" }, seconds: 1, result: { rows: [row], notes: ["A note."] } };
  const text = report({ ...machine, ...versions }, 1_000, [ran]);
  expect(text).toContain("| time | 5 ms | 9 ms | 1.80 × | faster | yes |");
  expect(text).not.toContain("| PostgreSQL |");
  expect(text).toContain("Aims reached: 1 of 1.");
});

test("scaled down, every line's answers agree with the peers'", { timeout: 8 * MINUTES }, async () => {
  const out = at("RESULTS.md");
  const args = [RUN, "--rows", "5000", "--only", "a,c,d,e,h,j", "--peers", "duckdb,json", "--out", out];
  const env = { ...process.env, CUTTY_BENCH_DATA: folder };
  // A failed line, a wrong answer among them, ends it with 1: then this rejects with what it printed.
  await promisify(execFile)(process.execPath, args, { env });
  const written = readFileSync(out, "utf8");
  for (const id of ["a", "c", "d", "e", "h", "j"]) expect(written).toContain(`\n## ${id}. `);
  for (const { name } of queries) expect(written).toContain(`| ${name}`);
  expect(written).not.toContain("Failed");
});
