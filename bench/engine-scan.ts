/**
 * The pure engine on one thread, beside DuckDB with one thread and with two, on the same customers: the twelve queries
 * of line a and single conditions, in nanoseconds a row and milliseconds for ten million rows.
 *
 *     node bench/engine-scan.ts [--rows 1000000] [--no-duckdb]
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildColumn } from "../src/engine/columns/build.ts";
import { ColumnStore } from "../src/engine/columns/store.ts";
import { compile, evaluateChunk, type Field, type Moment, type Plan, parseQuery } from "../src/engine/index.ts";
import { DuckDB } from "./lib/duckdb.ts";
import { ANCHOR, CUSTOMER_FIELDS, customersFile } from "./lib/generate.ts";
import { geometricMean } from "./lib/stats.ts";
import { queries } from "./queries.ts";

const CHUNK = 65_536;
const RUNS = 9;
const { values: options } = parseArgs({
  options: { rows: { type: "string", default: "1000000" }, duckdb: { type: "boolean", default: true } },
  allowNegative: true,
});
const rows = Number(options.rows);
const fields: Field[] = CUSTOMER_FIELDS.map(({ name, type }, id) => ({ id, name, type }));
const moment: Moment = { now: ANCHOR, timeZone: "UTC" };

/** The file's cells; none of them is quoted. */
function load(): ColumnStore {
  const store = new ColumnStore(fields);
  const bytes = readFileSync(customersFile(rows).path);
  let at = bytes.indexOf(10) + 1;
  for (let first = 0; first < rows; first += CHUNK) {
    const cells: string[][] = fields.map(() => []);
    for (let row = first; row < Math.min(rows, first + CHUNK); row++) {
      const end = bytes.indexOf(10, at);
      const line = bytes.toString("latin1", at, end).replace("\r", "").split(",");
      for (let i = 0; i < fields.length; i++) (cells[i] as string[]).push(line[i] as string);
      at = end + 1;
      store.present.add(row);
    }
    for (const field of fields) {
      store.setColumn(field.id, first / CHUNK, buildColumn(field, cells[field.id] as string[]));
    }
  }
  return store;
}

function count(plan: Plan, store: ColumnStore): number {
  const source = (): never => {
    throw new Error("everything is loaded");
  };
  let found = 0;
  for (let chunk = 0; chunk < store.chunkCount; chunk++) {
    found += evaluateChunk(plan, store, chunk, { moment, source }).count;
  }
  return found;
}

const rule = (field: string, operator: string, value?: unknown) => ({
  combinator: "and",
  rules: [{ field, operator, ...(value === undefined ? {} : { value }) }],
});
const singles = [
  { name: "orders is 3", query: rule("orders", "equals", 3), sql: "orders = 3" },
  {
    name: "ltv from 100 to 200",
    query: rule("ltv", "between", [100, 200]),
    sql: "ltv BETWEEN 100 AND 200",
  },
  { name: "city is empty", query: rule("city", "is_empty"), sql: "city IS NULL" },
  {
    name: "email is one address",
    query: rule("email", "equals", "Makia.Maker1@gmail.com"),
    sql: "lower(email) = 'makia.maker1@gmail.com'",
  },
  {
    name: "email ends with @gmail.com",
    query: rule("email", "ends_with", "@gmail.com"),
    sql: "ends_with(lower(email), '@gmail.com')",
  },
  { name: 'name contains "son"', query: rule("name", "contains", "son"), sql: "contains(lower(name), 'son')" },
  { name: 'city starts with "ma"', query: rule("city", "starts_with", "ma"), sql: "starts_with(lower(city), 'ma')" },
];

interface Times {
  readonly best: number;
  readonly cold: number;
  readonly found: number;
}

async function timesOf(work: () => number | Promise<number>): Promise<Times> {
  const times: number[] = [];
  let found = 0;
  for (let run = 0; run <= RUNS; run++) {
    const began = performance.now();
    found = await work();
    times.push(performance.now() - began);
  }
  return { best: Math.min(...times.slice(1)), cold: times[0] as number, found };
}

async function duckdb(): Promise<DuckDB | null> {
  if (!options.duckdb) return null;
  const path = await DuckDB.fileWithCustomers(customersFile(rows));
  const opened = await DuckDB.open(":memory:");
  await opened.run(`ATTACH '${path}' AS disk (READ_ONLY)`);
  await opened.run("CREATE TABLE customers AS SELECT * FROM disk.customers");
  return opened;
}

const scaled = (ms: number): string => ((ms * 1e7) / rows).toFixed(1);
const store = load();
const fresh = store.bytes;
const peer = await duckdb();
const ratios: number[] = [];
console.log(
  `${rows.toLocaleString("en")} rows, ms scaled to 10 million, best of ${RUNS}; columns ${(fresh / 1e6).toFixed(0)} MB`,
);
console.log(
  `${"query".padEnd(42)}${"found".padStart(9)}${"ns/row".padStart(8)}${"ours".padStart(8)}${"cold".padStart(8)}${"duck 1".padStart(8)}${"duck 2".padStart(8)}${"ratio".padStart(7)}`,
);
for (const { name, query, sql } of [...queries, ...singles]) {
  const parsed = parseQuery(query, { fields });
  if (!parsed.ok) {
    console.log(`${name.padEnd(42)} ${parsed.problem.code}`);
    continue;
  }
  const plan = compile(parsed.value, { fields, timeZone: "UTC" });
  let ours: Times;
  try {
    ours = await timesOf(() => count(plan, store));
  } catch (error) {
    console.log(`${name.padEnd(42)} ${String(error)}`);
    continue;
  }
  const theirs: string[] = [];
  let ratio = "";
  for (const threads of [1, 2]) {
    if (!peer) continue;
    await peer.run(`SET threads = ${threads}`);
    let best = Number.POSITIVE_INFINITY;
    for (const table of ["customers", "disk.customers"]) {
      const one = await timesOf(() => peer.count(`SELECT count(*) FROM ${table} WHERE ${sql}`));
      if (one.found !== ours.found) throw new Error(`${name}: ours ${ours.found}, DuckDB ${one.found}`);
      best = Math.min(best, one.best);
    }
    theirs.push(scaled(best));
    if (threads === 2) {
      ratios.push(best / (ours.best / 2));
      ratio = (best / (ours.best / 2)).toFixed(1);
    }
  }
  const cells = [ours.found, ((ours.best * 1e6) / rows).toFixed(2), scaled(ours.best), scaled(ours.cold), ...theirs];
  const widths = [9, 8, 8, 8, 8, 8];
  console.log(
    name.padEnd(42) + cells.map((cell, i) => String(cell).padStart(widths[i] as number)).join("") + ratio.padStart(7),
  );
}
if (ratios.length > 0)
  console.log(`ratio: DuckDB with two threads to half of ours; geometric mean ${geometricMean(ratios).toFixed(1)}`);
console.log(`bytes: ${(fresh / 1e6).toFixed(1)} MB loaded, ${(store.bytes / 1e6).toFixed(1)} MB after all scans`);
peer?.close();
