/** More rows than one column chunk holds, imported as a file, judged by the naive evaluator, live changes included. */
import fc from "fast-check";
import Papa from "papaparse";
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { countOf, createDataset, createSegment, getSegment, importFile, upsert, verify } from "./nouns.ts";
import { fields, query, rowWithoutKey } from "./oracle/arbitraries.ts";
import { matches, type World } from "./oracle/evaluate.ts";
import { seed } from "./seed.ts";
import type { Data, Group, Segment } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

const CHUNK = 65_536;
const ROWS = CHUNK + 10_000;
const KINDS = 2_000;
const QUERIES = 60;
const SEGMENTS = 8;

const world: World = {
  types: Object.fromEntries(fields.map(({ name, type }) => [name, type])),
  zone: "America/New_York",
};
let owner: Client;
let dataset: string;
let segments: Segment[];
/** Few kinds of rows, many of each: what is judged once counts for all. */
const kinds: Data[] = fc.sample(rowWithoutKey, { seed, numRuns: KINDS });
/** How many rows there are of each kind. */
const amount = kinds.map((_, kind) => Math.floor((ROWS - 1 - kind) / KINDS) + 1);

const asCell = (value: unknown): string =>
  value == null ? "" : Array.isArray(value) ? JSON.stringify(value) : String(value);
const names = fields.map(({ name }) => name);
const line = (n: number): string[] => names.map((name) => (name === "id" ? `k${n}` : asCell(kinds[n % KINDS]?.[name])));
const countWanted = (asked: Group): number =>
  kinds.reduce((sum, row, kind) => sum + (matches(asked, row, world) ? (amount[kind] ?? 0) : 0), 0);

beforeAll(async () => {
  ({ owner } = await openWorkspace(world.zone));
  dataset = (await createDataset(owner, { key: "id", fields })).id;
  segments = [];
  for (const asked of fc.sample(query, { seed: seed + 1, numRuns: SEGMENTS }))
    segments.push(await createSegment(owner, dataset, asked));
  const text = Papa.unparse([names, ...Array.from({ length: ROWS }, (_, n) => line(n))], { newline: "\n" });
  expect(await importFile(owner, dataset, text)).toMatchObject({ status: "done", added: ROWS, rejected: 0 });
});

const segmentsAreExact = async () => {
  for (const { id, query: asked } of segments) {
    expect((await getSegment(owner, id)).member_count, JSON.stringify(asked)).toBe(countWanted(asked));
  }
};

test("segments that watched the import have the exact counts at its end", segmentsAreExact);

test("counts over two chunks are those of the naive evaluator", async () => {
  const property = fc.asyncProperty(query, async (asked) => {
    expect(await countOf(owner, dataset, asked)).toBe(countWanted(asked));
  });
  await fc.assert(property, { seed, numRuns: QUERIES });
});

test("after thousands of rows changed their kind, counts and segments are exact again", async () => {
  const moved = Array.from({ length: 6_000 }, (_, n) => ({ row: (n * 12) % ROWS, kind: (n * 7) % KINDS }));
  const full = (kind: number): Data => Object.fromEntries(names.map((name) => [name, kinds[kind]?.[name] ?? null]));
  const answer = await upsert(
    owner,
    dataset,
    moved.map(({ row, kind }) => ({ ...full(kind), id: `k${row}` })),
  );
  expect(answer).toMatchObject({ added: 0, rejected: [] });
  for (const { row, kind } of moved) {
    amount[row % KINDS] = (amount[row % KINDS] ?? 0) - 1;
    amount[kind] = (amount[kind] ?? 0) + 1;
  }
  await segmentsAreExact();
  for (const asked of fc.sample(query, { seed: seed + 2, numRuns: QUERIES / 2 })) {
    expect(await countOf(owner, dataset, asked), JSON.stringify(asked)).toBe(countWanted(asked));
  }
  for (const { id } of segments.slice(0, 2))
    expect(await verify(owner, id)).toMatchObject({ checked: ROWS, missing: [], extra: [] });
});
