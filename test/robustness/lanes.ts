/**
 * Three kinds of imports that a kill may interrupt, each with what must be true when they have ended: an
 * upsert of the same keys, a replace that removes a third, a file without a key whose rows repeat.
 */
import { expect } from "vitest";
import type { Client } from "../blackbox/client.ts";
import {
  allPages,
  allRecords,
  countOf,
  createDataset,
  getDataset,
  only,
  settled,
  startImport,
} from "../blackbox/nouns.ts";
import type { Import } from "../blackbox/wire.ts";

export interface Lane {
  readonly dataset: string;
  readonly mode: "upsert" | "replace";
  readonly rows: number;
  text(round: number): string;
  /** What the dataset must hold when the import of this round was the last to end. */
  holds(client: Client, round: number): Promise<void>;
}

const lines = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => `${line(n)}\n`).join("");

/** Sets `round` on the keys i0, i1, …; other keys of the dataset are others' business. */
export function upsertLane(dataset: string, rows: number): Lane {
  return {
    dataset,
    mode: "upsert",
    rows,
    text: (round) => `id,round\n${lines(rows, (n) => `i${n},${round}`)}`,
    async holds(client, round) {
      expect(await countOf(client, dataset, only("round", "equals", round))).toBe(rows);
      expect(await countOf(client, dataset, only("round", "is_not_empty"))).toBe(rows);
    },
  };
}

/** Each round's file lacks another third of the keys, so that a third goes and a third comes. */
export async function replaceLane(client: Client, rows: number): Promise<Lane> {
  const dataset = (await createDataset(client, { key: "id" })).id;
  const keys = (round: number): string[] =>
    Array.from({ length: (rows / 2) * 3 }, (_, n) => n)
      .filter((n) => (n + round) % 3 !== 0)
      .map((n) => `r${n}`);
  return {
    dataset,
    mode: "replace",
    rows,
    text: (round) =>
      `id,round\n${keys(round)
        .map((key) => `${key},${round}\n`)
        .join("")}`,
    async holds(reader, round) {
      const held = await allRecords(reader, dataset);
      expect(held.map(({ key }) => key).sort()).toEqual(keys(round).sort());
      expect(new Set(held.map(({ data }) => data.round))).toEqual(new Set([round]));
    },
  };
}

/** The same file each time: a row twice, or a row lost, shows in the number of records. */
export async function keylessLane(client: Client, rows: number): Promise<Lane> {
  const dataset = (await createDataset(client, { key: null })).id;
  return {
    dataset,
    mode: "upsert",
    rows,
    text: () => `name,city\n${lines(rows, (n) => `Person ${n % (rows - 500)},Rome`)}`,
    async holds(reader) {
      expect((await getDataset(reader, dataset)).record_count).toBe(rows);
    },
  };
}

/** Sends the round's file; true when the server promised to import it. */
export async function send(client: Client, lane: Lane, round: number): Promise<boolean> {
  const wish = { mode: lane.mode, confirm_removal: true, file_name: `${round}.csv` };
  try {
    await startImport(client, lane.dataset, lane.text(round), wish);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

export const importsOf = (client: Client, lane: Lane): Promise<Import[]> =>
  allPages(client, `/api/v1/datasets/${lane.dataset}/imports`, 1_000);

/** Waits until all imports have ended by themselves; checks their counts and what the last one left. */
export async function endsWhole(client: Client, lane: Lane, promised: number): Promise<void> {
  const rounds: number[] = [];
  for (const { id } of await importsOf(client, lane)) {
    const done = await settled(client, id);
    expect(done, JSON.stringify(done)).toMatchObject({ status: "done", rows_read: lane.rows, rejected: 0 });
    expect(done.added + done.updated + done.unchanged).toBe(lane.rows);
    rounds.push(Number.parseInt(done.file_name ?? "", 10));
  }
  const last = Math.max(...rounds);
  expect(last, "an acknowledged import is listed").toBeGreaterThanOrEqual(promised);
  await lane.holds(client, last);
}
