/** j: how many records are in both of two segments that hold about half of all each. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Bitmap, CHUNK_ROWS } from "../../src/engine/index.ts";
import type { Context } from "../lib/context.ts";
import { type LineResult, ms, mustEqual, type Peer, whole } from "../lib/line.ts";
import { median, type Repeated, repeated } from "../lib/stats.ts";

export const id = "j";
export const title = "Overlap of two segments of half of all records";

const AIM_MS = 2;
/** In the file's order. */
const LTV = 6;
const ORDERS = 7;
const FIRST = { holds: (cells: readonly string[]) => cells[LTV] !== "" && Number(cells[LTV]) > 57, sql: "ltv > 57" };
const SECOND = { holds: (cells: readonly string[]) => Number(cells[ORDERS]) >= 3, sql: "orders >= 3" };

export async function run(context: Context): Promise<LineResult> {
  const { first, second } = await membershipsOf(context);
  const runs = context.small ? 5 : 30;
  const ours = await repeated(runs, async () => Bitmap.overlap(first, second));
  const peers: Partial<Record<Peer, string>> = { ...context.noPostgres };
  const setUp = [FIRST, SECOND].map(
    ({ sql }, n) => `CREATE TABLE members_${n} AS SELECT id FROM customers WHERE ${sql}`,
  );
  const question = "SELECT count(*) FROM members_0 JOIN members_1 USING (id)";
  const duckdb = await context.duckdb();
  let peer: Repeated<number> | null = null;
  if (duckdb) {
    for (const sql of setUp) await duckdb.run(sql);
    peer = await repeated(context.small ? 2 : 5, () => duckdb.count(question));
    mustEqual("overlap, ours against DuckDB", ours.value, peer.value);
    peers.duckdb = ms(median(peer.warm));
  }
  const postgres = (await context.postgres())?.postgres;
  if (postgres) {
    for (const sql of setUp) await postgres.lines(`${sql};`);
    for (const n of [0, 1])
      await postgres.lines(`ALTER TABLE members_${n} ADD PRIMARY KEY (id); VACUUM ANALYZE members_${n};`);
    const one = await repeated(2, () => postgres.count(question));
    mustEqual("overlap, ours against PostgreSQL", ours.value, one.value);
    peers.postgres = ms(median(one.warm));
  }
  const took = median(ours.warm);
  return {
    rows: [
      {
        ...{
          measure: `${whole(first.size)} and ${whole(second.size)}: ${whole(ours.value)} in both`,
          ours: ms(took),
          peers,
        },
        ratio: peer && median(peer.warm) / took,
        ...{ aim: `under ${AIM_MS} ms`, reached: context.small ? null : took < AIM_MS },
      },
    ],
    notes: [
      "Ours: the engine's bitmaps on one thread, their rows those that match in the file. The peers join two tables of keys, as audiences are kept there.",
    ],
  };
}

/** Rows are numbered as they stand in the file. */
async function membershipsOf({ customers }: Context): Promise<{ first: Bitmap; second: Bitmap }> {
  const sets = [FIRST, SECOND].map(({ holds }) => ({
    holds,
    bitmap: new Bitmap(),
    words: new Uint32Array(CHUNK_ROWS / 32),
  }));
  let row = -1;
  const keep = () => {
    for (const set of sets) {
      set.bitmap.setWords(Math.floor(row / CHUNK_ROWS), set.words);
      set.words.fill(0);
    }
  };
  for await (const line of createInterface({ input: createReadStream(customers.path) })) {
    if (row >= 0) {
      const cells = line.split(",");
      const index = row % CHUNK_ROWS;
      for (const set of sets)
        if (set.holds(cells)) set.words[index >>> 5] = (set.words[index >>> 5] as number) | (1 << (index & 31));
      if (index === CHUNK_ROWS - 1) keep();
    }
    row++;
  }
  if (row % CHUNK_ROWS !== 0) {
    row--;
    keep();
  }
  const [first, second] = sets.map(({ bitmap }) => bitmap) as [Bitmap, Bitmap];
  return { first, second };
}
