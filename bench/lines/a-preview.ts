/** a: counts of twelve queries over all records, in-process on every side, answers compared. */
import type { Context } from "../lib/context.ts";
import { customersIn } from "../lib/customers.ts";
import { type LineResult, ms, mustEqual, notBuilt, type Peer, type Row } from "../lib/line.ts";
import { countInProcess, type InProcess, isNotBuilt } from "../lib/ours.ts";
import { geometricMean, median, quantile, type Repeated, repeated } from "../lib/stats.ts";
import { type BenchQuery, queries } from "../queries.ts";

export const id = "a";
export const title = "Count preview, 12 queries";

/** A difference below this counts as equal. */
const EQUAL_MS = 1;
const P95_MS = 50;

interface Measured {
  readonly query: BenchQuery;
  readonly ours: Repeated<number>;
  readonly duckdb: Repeated<number> | null;
  readonly peers: Partial<Record<Peer, string>>;
}

export async function run(context: Context): Promise<LineResult> {
  const dataset = await customersIn(context);
  const inProcess = await context.ours.inProcess();
  const measured: Measured[] = [];
  const missing: Row[] = [];
  for (const query of queries) {
    const ours = await measureOurs(context, inProcess, dataset, query);
    if (ours === null) missing.push(notBuilt(query.name, "faster than DuckDB"));
    else measured.push({ query, ours, ...(await measurePeers(context, query, ours.value)) });
  }
  const times = measured.map(({ ours }) => median(ours.warm));
  return {
    rows: [...measured.map(rowOf), ...missing, ...inAll(measured, missing.length)],
    notes: await notes(context),
    figures: { mean: geometricMean(times), slowest: Math.max(...times) },
  };
}

async function measureOurs(
  context: Context,
  inProcess: InProcess,
  dataset: string,
  { query }: BenchQuery,
): Promise<Repeated<number> | null> {
  try {
    const began = performance.now();
    const count = await countInProcess(inProcess, dataset, query);
    const cold = performance.now() - began;
    return { ...(await repeated(runsOf(context), count)), cold };
  } catch (error) {
    if (isNotBuilt(error)) return null;
    throw error;
  }
}

async function measurePeers(context: Context, query: BenchQuery, ours: number) {
  const duckdb = await context.duckdb();
  const postgres = await context.indexed();
  const json = await context.jsonRows();
  const peers: Partial<Record<Peer, string>> = { ...context.noPostgres };
  let fastest: Repeated<number> | null = null;
  if (duckdb) {
    for (const table of ["customers", "disk.customers"]) {
      const sql = `SELECT count(*) FROM ${table} WHERE ${query.sql}`;
      const one = await repeated(runsOf(context), () => duckdb.count(sql));
      mustEqual(`"${query.name}", ours against DuckDB`, ours, one.value);
      if (!fastest || median(one.warm) < median(fastest.warm)) fastest = one;
    }
    if (fastest) peers.duckdb = figures(fastest);
  }
  if (postgres) {
    const sql = `SELECT count(*) FROM customers WHERE ${query.postgres ?? query.sql}`;
    const one = await repeated(context.small ? 2 : 5, () => postgres.count(sql));
    mustEqual(`"${query.name}", ours against PostgreSQL`, ours, one.value);
    peers.postgres = figures(one);
  }
  if (json) {
    const one = await repeated(context.small ? 1 : 2, async () => json.count(query.postgres ?? query.sql));
    peers.json_rows = `${ms(median(one.warm))} for ${json.rows.toLocaleString("en")}`;
  }
  return { duckdb: fastest, peers };
}

const runsOf = (context: Context): number => (context.small ? 5 : 20);

const figures = ({ warm, cold }: Repeated<unknown>): string =>
  `${ms(median(warm))} · ${ms(quantile(warm, 0.95))} · ${ms(cold)}`;

const ratioOf = ({ ours, duckdb }: Measured): number | null => duckdb && median(duckdb.warm) / median(ours.warm);

function rowOf(measured: Measured): Row {
  const { query, ours, duckdb, peers } = measured;
  return {
    measure: `${query.name} (${ours.value.toLocaleString("en")})`,
    ours: figures(ours),
    peers,
    ratio: ratioOf(measured),
    aim: "faster than DuckDB",
    reached: duckdb && median(ours.warm) < median(duckdb.warm) + EQUAL_MS,
  };
}

function inAll(measured: readonly Measured[], missing: number): Row[] {
  const ratios = measured.map(ratioOf).filter((ratio) => ratio !== null);
  const slowest = Math.max(...measured.map(({ ours }) => quantile(ours.warm, 0.95)));
  const mean = ratios.length > 0 ? geometricMean(ratios) : null;
  const of = missing === 0 ? "" : ` of the ${measured.length} that are built`;
  return [
    {
      ...{ measure: `geometric mean of the ratios${of}`, ours: "", peers: {}, ratio: mean },
      ...{ aim: "2 ×", reached: mean === null || missing > 0 ? null : mean >= 2 },
    },
    {
      ...{ measure: `slowest p95${of}`, ours: ms(slowest), peers: {}, ratio: null },
      ...{ aim: `below ${P95_MS} ms`, reached: missing > 0 ? null : slowest < P95_MS },
    },
  ];
}

async function notes(context: Context): Promise<string[]> {
  const json = await context.jsonRows();
  return [
    `Cells: p50 · p95 · cold (the first run), of ${runsOf(context)} runs after one to warm up. The number after a query is its count, the same on all sides.`,
    "Ours: the question that the API's preview sends to all shards, from the main thread to the worker threads and back; cold includes reading the query.",
    "DuckDB: each query against a table in memory and one in its own file; the faster one is shown. PostgreSQL: one session on a socket, indexes on every expression that is looked for.",
    ...(json ? [`JSON rows hold ${json.rows.toLocaleString("en")} records only: its times are for those, p50.`] : []),
  ];
}
