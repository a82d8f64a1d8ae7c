/** d: a CSV file to durable rows, columns, key index and twenty current segments, against COPY into a keyed table. */

import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { untilLive } from "../../test/blackbox/nouns.ts";
import type { Segment } from "../../test/blackbox/wire.ts";
import type { Context } from "../lib/context.ts";
import { createCustomers, importCustomers, memoryOf } from "../lib/customers.ts";
import { DuckDB } from "../lib/duckdb.ts";
import { benchFolder } from "../lib/generate.ts";
import { information, type LineResult, mb, ms, mustEqual, perSecond, type Row } from "../lib/line.ts";
import { isNotBuilt } from "../lib/ours.ts";
import { queries } from "../queries.ts";
import { segmentQueries } from "../segments.ts";

export const id = "d";
export const title = "Import to durable rows, columns, key index and 20 current segments";

const SEGMENTS = 20;
/** Memory is flat if the second half of the rows adds no more than this to the peak of the first. */
const FLAT_MB = 300;
const SAMPLE_MS = 200;

export async function run(context: Context): Promise<LineResult> {
  const { client, pid } = await context.ours.running();
  const dataset = await createCustomers(client);
  const segments = await createSegments(client, dataset);
  const before = await memoryOf(pid);
  const watch = watchMemory(pid);
  const began = performance.now();
  const { ms: imported } = await importCustomers(context, client, dataset);
  for (const segment of segments) await untilLive(client, segment.id);
  const current = performance.now() - began;
  const { half, peak } = await watch.stop();
  const postgres = await context.postgres();
  const duckdb = (await context.duckdb()) ? await duckdbKeyed(context) : null;
  await checkCounts(context, client, segments);
  for (const segment of segments) await client.delete(`/api/v1/segments/${segment.id}`);

  const rate = (took: number) => context.rows / (took / 1_000);
  const copy = postgres ? { postgres: perSecond(rate(postgres.copyMs)) } : context.noPostgres;
  const rows: Row[] = [
    {
      measure: "rows a second, until the segments are current",
      ours: perSecond(rate(current)),
      peers: { ...copy, ...(duckdb ? { duckdb: perSecond(rate(duckdb.keyed)) } : {}) },
      ratio: postgres ? postgres.copyMs / current : null,
      aim: "faster than COPY into a keyed table",
      reached: postgres ? current < postgres.copyMs : null,
    },
    information("time", ms(current), {
      ...(postgres ? { postgres: ms(postgres.copyMs) } : {}),
      ...(duckdb ? { duckdb: ms(duckdb.keyed) } : {}),
    }),
    information("until the import says done", ms(imported)),
    ...(duckdb ? [information("DuckDB without a key", "", { duckdb: ms(duckdb.plain) })] : []),
    {
      measure: "peak memory of the process",
      ours: mb(peak),
      peers: {},
      ratio: null,
      aim: "flat",
      reached: context.small ? null : peak - half < FLAT_MB,
    },
  ];
  const bytes = statSync(context.customers.path).size / 1e6;
  const notes = [
    `The file has ${bytes.toFixed(0)} MB. Ours is sent over HTTP and read twice (types first); the peers read it from the disk.`,
    `Memory: ${mb(before.now)} before, at most ${mb(half)} in the first half of the time, ${mb(peak)} in all. Flat means that the second half adds less than ${FLAT_MB} MB.`,
    "PostgreSQL has the primary key while it copies and no other index; DuckDB's rows a second are with a primary key.",
  ];
  return { rows, notes };
}

type Client = Parameters<typeof createCustomers>[0];

async function createSegments(client: Client, dataset: string): Promise<Segment[]> {
  const made: Segment[] = [];
  const wanted = [...queries.map(({ query }) => query), ...segmentQueries(100).map(({ query }) => query)];
  for (const [index, query] of wanted.entries()) {
    if (made.length === SEGMENTS) break;
    const body = { dataset_id: dataset, name: `at import ${index}`, query };
    try {
      made.push(await client.post<Segment>("/api/v1/segments", body));
    } catch (error) {
      if (!isNotBuilt(error)) throw error;
    }
  }
  return made;
}

/** Those that are among the twelve queries, against DuckDB's counts. */
async function checkCounts(context: Context, client: Client, segments: readonly Segment[]): Promise<void> {
  const duckdb = await context.duckdb();
  if (!duckdb) return;
  for (const segment of segments) {
    const known = queries[Number(segment.name.replace("at import ", ""))];
    if (!known) continue;
    const { member_count } = await untilLive(client, segment.id);
    const expected = await duckdb.count(`SELECT count(*) FROM customers WHERE ${known.sql}`);
    mustEqual(`members of "${known.name}"`, member_count, expected);
  }
}

async function duckdbKeyed({ customers }: Context): Promise<{ keyed: number; plain: number }> {
  const path = join(benchFolder(), `duckdb-keyed-${process.pid}.db`);
  const load = async (keyed: boolean): Promise<number> => {
    const fresh = await DuckDB.open(path);
    const took = await fresh.load("customers", customers, keyed);
    fresh.close();
    rmSync(path, { force: true });
    return took;
  };
  return { keyed: await load(true), plain: await load(false) };
}

/** The most memory in the first half of the time, and in all. */
function watchMemory(pid: number): { stop(): Promise<{ half: number; peak: number }> } {
  const seen: number[] = [];
  const look = async () => seen.push((await memoryOf(pid)).now);
  // A process that has ended has no status: whoever waits for it hears why.
  const glance = () => look().catch(() => clearInterval(timer));
  const timer = setInterval(() => void glance(), SAMPLE_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await look();
      const half = Math.max(...seen.slice(0, Math.ceil(seen.length / 2)));
      return { half, peak: (await memoryOf(pid)).peak };
    },
  };
}
