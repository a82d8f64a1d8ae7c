/**
 * Imports a million rows in one streaming request with twenty segments alive, then the same file again.
 * Prints the time and the server's peak memory; ends with 1 when a count is wrong.
 *
 *     node test/robustness/million.ts        CUTTY_ROWS=1000000  CUTTY_SEED=1
 */
import { readFile } from "node:fs/promises";
import { type Client, signIn } from "../blackbox/client.ts";
import { createDataset, createSegment, settled, startImport, untilLive } from "../blackbox/nouns.ts";
import type { FieldShape, Import, Segment } from "../blackbox/wire.ts";
import { startNode } from "../hosts/node.ts";
import { millionRows, watched } from "./million-rows.ts";

const ROWS = Number(process.env.CUTTY_ROWS ?? 1_000_000);
const SEED = Number(process.env.CUTTY_SEED ?? 1);
const PATIENCE_MS = 30 * 60_000;
const admin = { CUTTY_ADMIN_EMAIL: "admin@example.com", CUTTY_ADMIN_PASSWORD: "a password for a million rows" };
const fields: FieldShape[] = [
  ...["id", "email", "state", "plan"].map((name) => ({ name, type: "text" as const })),
  { name: "spend", type: "number" },
  { name: "active", type: "boolean" },
  { name: "joined_on", type: "date" },
];

/** The most memory the process ever held, in MB (Linux). */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024);
}

async function importOnce(client: Client, dataset: string): Promise<{ done: Import; counts: number[] }> {
  const { file, counts, bytes } = millionRows(ROWS, SEED);
  const started = performance.now();
  const begun = await startImport(client, dataset, file);
  const sent = (performance.now() - started) / 1_000;
  const done = await settled(client, begun.id, PATIENCE_MS);
  const took = (performance.now() - started) / 1_000;
  const { rows_read, added, updated, unchanged, rejected, status } = done;
  console.log(JSON.stringify({ status, rows_read, added, updated, unchanged, rejected, error: done.error }));
  console.log(
    `${(bytes() / 2 ** 20).toFixed(1)} MB sent in ${sent.toFixed(1)} s, done after ${took.toFixed(1)} s: ${Math.round(ROWS / took)} rows/s`,
  );
  return { done, counts };
}

const isWhole = (done: Import, what: "added" | "unchanged"): boolean =>
  done.status === "done" && done.rows_read === ROWS && done[what] === ROWS && done.rejected === 0;

async function wrongCounts(client: Client, segments: Segment[], counts: number[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const [at, { id, query }] of segments.entries()) {
    const { member_count } = await untilLive(client, id);
    if (member_count !== counts[at])
      wrong.push(`${member_count} members, ${counts[at]} made: ${JSON.stringify(query)}`);
  }
  return wrong;
}

async function run(): Promise<string[]> {
  const host = await startNode({ env: admin });
  const pid = host.process.pid ?? 0;
  try {
    const client = await signIn(host.url, admin.CUTTY_ADMIN_EMAIL, admin.CUTTY_ADMIN_PASSWORD);
    const dataset = (await createDataset(client, { key: "id", fields })).id;
    const segments: Segment[] = [];
    for (const { query } of watched) segments.push(await createSegment(client, dataset, query));
    console.log(`${ROWS} rows, seed ${SEED}, ${segments.length} live segments; ${await peakMemory(pid)} MB before`);
    const failures: string[] = [];
    for (const what of ["added", "unchanged"] as const) {
      const { done, counts } = await importOnce(client, dataset);
      console.log(`peak memory of the server: ${await peakMemory(pid)} MB`);
      if (!isWhole(done, what)) failures.push(`the import says ${JSON.stringify(done)}`);
      failures.push(...(await wrongCounts(client, segments, counts)));
    }
    return failures;
  } catch (error) {
    console.error(host.output());
    throw error;
  } finally {
    await host.close();
  }
}

const failures = await run();
console.log(failures.length === 0 ? `million: all ${watched.length} counts right, twice` : failures.join("\n"));
process.exitCode = failures.length === 0 ? 0 : 1;
