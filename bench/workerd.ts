/**
 * The Cloudflare side on this machine: two shards in one isolate of workerd, each with its rows and a thousand live
 * segments: import, previews, changes; how much the process grew, and what the engine's ledger of bytes says.
 *
 *     node bench/workerd.ts --rows 1000000
 *
 * V8's heap limit does not see typed arrays, so the process's resident memory is what is looked at. It holds more
 * than the isolate: SQLite's pages and workerd itself, which is why growth is counted from the start.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { unwrap } from "../src/platform/problem.ts";
import type { ShardApi } from "../src/shard/interface.ts";
import { type Client, signIn } from "../test/blackbox/client.ts";
import { preview } from "../test/blackbox/nouns.ts";
import type { Segment } from "../test/blackbox/wire.ts";
import { startWorkerd } from "../test/hosts/workerd.ts";
import { randomChange, randomKey } from "./lib/changes.ts";
import { createCustomers, importFile, memoryOf } from "./lib/customers.ts";
import { ANCHOR, customersFile } from "./lib/generate.ts";
import { information, type LineResult, mb, ms, perSecond, type Row } from "./lib/line.ts";
import { allLive, spotCheck } from "./lib/live-segments.ts";
import { thisMachine } from "./lib/machine.ts";
import { optionsFrom } from "./lib/options.ts";
import { isNotBuilt } from "./lib/ours.ts";
import { seeded } from "./lib/random.ts";
import { report } from "./lib/report.ts";
import { quantile, timed } from "./lib/stats.ts";
import { queries } from "./queries.ts";
import { segmentQueries } from "./segments.ts";

const AIM_MB = 96;
const SHARDS = 2;
const SEGMENTS = 1_000;
const CHANGES = 200;
const title = "Two shards in one isolate of workerd, each with 1,000 segments";

/** What is asked of the Worker's bindings here. */
interface ShardEnv {
  readonly SHARD: { getByName(name: string): Pick<ShardApi, "stats"> };
}

async function run(rows: number, segments: number): Promise<LineResult> {
  const admin = { CUTTY_ADMIN_EMAIL: "bench@example.com", CUTTY_ADMIN_PASSWORD: "a password for the benchmark" };
  const host = await startWorkerd({ env: { ...admin, CUTTY_CLOCK: new Date(ANCHOR).toISOString() } });
  try {
    const pid = workerdBelow(process.pid);
    const client = await signIn(host.url, admin.CUTTY_ADMIN_EMAIL, admin.CUTTY_ADMIN_PASSWORD);
    const empty = (await memoryOf(pid)).now;
    const env = (await host.env()) as ShardEnv;
    const parts: Row[] = [];
    const datasets: string[] = [];
    for (let shard = 1; shard <= SHARDS; shard++) {
      const one = await oneShard(client, env, pid, empty, `shard ${shard}`, { rows, segments });
      datasets.push(one.dataset);
      parts.push(...one.rows);
    }
    parts.push(await together(client, env, datasets, rows >= 1_000_000));
    return { rows: [information("empty", mb(empty)), ...parts], notes };
  } finally {
    await host.close();
  }
}

const notes = [
  "Growth: resident memory of the workerd process less what it had when it answered its first request.",
  "Ledger: the bytes of typed arrays that the engine counts in the shard.",
  "Every twentieth membership was compared with a count made anew.",
];

async function oneShard(
  client: Client,
  env: ShardEnv,
  pid: number,
  empty: number,
  what: string,
  size: { rows: number; segments: number },
): Promise<{ dataset: string; rows: Row[] }> {
  const dataset = await createCustomers(client, `Customers of ${what}`);
  const imported = await importFile(client, dataset, customersFile(size.rows));
  console.error(`${what}: imported`);
  const afterImport = (await memoryOf(pid)).now - empty;
  const made = await timed(() => makeSegments(client, dataset, size.segments));
  console.error(`${what}: ${made.value.length} segments live`);
  const previews = await timePreviews(client, dataset);
  console.error(`${what}: previews done`);
  const changes = await timeChanges(client, dataset, size.rows);
  await spotCheck(client, dataset, made.value);
  const after = (await memoryOf(pid)).now - empty;
  const ledger = await ledgerOf(env, dataset);
  const judged = size.rows >= 1_000_000;
  const rows = [
    information(`${what}: import`, perSecond(size.rows / (imported.ms / 1_000))),
    information(`${what}: ${made.value.length} segments live after`, ms(made.ms)),
    information(`${what}: preview, p50 · slowest`, `${ms(quantile(previews, 0.5))} · ${ms(Math.max(...previews))}`),
    information(`${what}: change, p50 · p99`, `${ms(quantile(changes, 0.5))} · ${ms(quantile(changes, 0.99))}`),
    information(`${what}: growth after the import`, mb(afterImport)),
    {
      ...{ measure: `${what}: growth after all`, ours: mb(after), peers: {}, ratio: null },
      ...{ aim: `${AIM_MB} MB`, reached: judged ? after <= AIM_MB : null },
    },
    {
      ...{ measure: `${what}: ledger`, ours: mb(ledger / 2 ** 20), peers: {}, ratio: null },
      ...{ aim: `${AIM_MB} MB`, reached: judged ? ledger / 2 ** 20 <= AIM_MB : null },
    },
  ];
  return { dataset, rows };
}

/** Both ledgers at one moment, after each of the twelve queries was asked of both at once. */
async function together(client: Client, env: ShardEnv, datasets: readonly string[], judged: boolean): Promise<Row> {
  const sums: number[] = [];
  for (const { query } of queries) {
    try {
      await Promise.all(datasets.map((dataset) => preview(client, dataset, query as never, 0)));
    } catch (error) {
      if (!isNotBuilt(error)) throw error;
    }
    const ledgers = await Promise.all(datasets.map((dataset) => ledgerOf(env, dataset)));
    sums.push(ledgers.reduce((sum, ledger) => sum + ledger, 0) / 2 ** 20);
  }
  const most = Math.max(...sums);
  const measure = "both shards: ledgers together, the most of twelve looks";
  return {
    measure,
    ours: mb(most),
    peers: {},
    ratio: null,
    aim: `${AIM_MB} MB`,
    reached: judged ? most <= AIM_MB : null,
  };
}

async function makeSegments(client: Client, dataset: string, count: number): Promise<Segment[]> {
  for (const { name, query } of segmentQueries(count)) {
    try {
      await client.post("/api/v1/segments", { dataset_id: dataset, name, query });
    } catch (error) {
      if (!isNotBuilt(error)) throw error;
    }
  }
  return allLive(client, dataset);
}

async function timePreviews(client: Client, dataset: string): Promise<number[]> {
  const times: number[] = [];
  for (const { query } of queries) {
    try {
      // Twice: columns are built by the first.
      for (let run = 0; run < 2; run++) times.push((await timed(() => preview(client, dataset, query as never, 0))).ms);
    } catch (error) {
      if (!isNotBuilt(error)) throw error;
    }
  }
  return times;
}

async function timeChanges(client: Client, dataset: string, rows: number): Promise<number[]> {
  const random = seeded(23);
  const times: number[] = [];
  for (let change = 0; change < CHANGES; change++) {
    const path = `/api/v1/datasets/${dataset}/records/${randomKey(random, rows)}`;
    times.push((await timed(() => client.patch(path, { data: randomChange(random) }))).ms);
  }
  return times;
}

/** Over the dataset's shards. */
async function ledgerOf({ SHARD }: ShardEnv, dataset: string): Promise<number> {
  let sum = 0;
  for (let shard = 0; ; shard++) {
    const stats = unwrap(await SHARD.getByName(`${dataset}/${shard}`).stats({ version: 0 }));
    if (stats.record_count === 0) return sum;
    for (const bytes of Object.values(stats.bytes)) sum += bytes;
  }
}

/** The process of that name among those that `parent` started, itself or through others. */
function workerdBelow(parent: number): number {
  const parents = new Map<number, number>();
  const found: number[] = [];
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const [, name = "", above = ""] =
        /^\d+ \((.*)\) \S+ (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, "utf8")) ?? [];
      parents.set(Number(entry), Number(above));
      if (name.startsWith("workerd")) found.push(Number(entry));
    } catch {
      // It ended while we looked.
    }
  }
  const isOurs = (pid: number): boolean => pid === parent || (pid > 1 && isOurs(parents.get(pid) ?? 0));
  const pid = found.find(isOurs);
  if (pid === undefined) throw new Error("no workerd runs below this process");
  return pid;
}

const standardOut = fileURLToPath(new URL("RESULTS-workerd.md", import.meta.url));
const { rows, out } = optionsFrom(["--rows", "1000000", ...process.argv.slice(2)], standardOut);
const began = performance.now();
const result = await run(rows, rows < 500_000 ? 60 : SEGMENTS);
const seconds = (performance.now() - began) / 1_000;
const text = report(await thisMachine(), rows, [{ line: { id: "workerd", title }, seconds, result }]);
if (out) writeFileSync(out, text);
console.log(text);
