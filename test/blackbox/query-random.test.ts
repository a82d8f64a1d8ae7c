/** Random rows and queries over HTTP, judged by the naive evaluator. Reproduce with CUTTY_SEED. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { createDataset, createSegment, memberKeys, preview, recordPath, untilLive, upsert, verify } from "./nouns.ts";
import { fields, query, rowWithoutKey } from "./oracle/arbitraries.ts";
import { matches, type World } from "./oracle/evaluate.ts";
import type { FieldType } from "./oracle/values.ts";
import { seed } from "./seed.ts";
import type { Data, Group, Segment } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

const ROWS = 50;
const QUERIES = 250;
const SEGMENTS = 12;
const ROUNDS = 25;

const world: World = {
  types: Object.fromEntries(fields.map(({ name, type }) => [name, type as FieldType])),
  zone: "America/New_York",
};
let owner: Client;

beforeAll(async () => {
  ({ owner } = await openWorkspace(world.zone));
});

const sampleRows = (salt: number, count: number): Data[] =>
  fc.sample(rowWithoutKey, { seed: seed + salt, numRuns: count }).map((row, n) => ({ id: `k${n}`, ...row }));
const sampleQueries = (salt: number, count: number): Group[] => fc.sample(query, { seed: seed + salt, numRuns: count });
const keysThat = (judged: Group, rows: Iterable<Data>): string[] =>
  [...rows]
    .filter((row) => matches(judged, row, world))
    .map((row) => String(row.id))
    .sort();

test("preview finds exactly the rows that the naive evaluator finds", async () => {
  const { id } = await createDataset(owner, { key: "id", fields });
  const rows = sampleRows(1, ROWS);
  expect((await upsert(owner, id, rows)).added).toBe(ROWS);
  let telling = 0;
  const property = fc.asyncProperty(query, async (asked) => {
    const wanted = keysThat(asked, rows);
    if (wanted.length > 0 && wanted.length < ROWS) telling++;
    const answer = await preview(owner, id, asked, ROWS);
    expect(answer.sample.map(({ key }) => key).sort()).toEqual(wanted);
    expect(answer).toMatchObject({ count: wanted.length, total: ROWS });
  });
  await fc.assert(property, { seed, numRuns: QUERIES, endOnFailure: false });
  expect(telling, "queries that tell rows apart").toBeGreaterThan(QUERIES / 4);
});

test("members stay exact through random upserts, patches and deletes", async () => {
  const { id } = await createDataset(owner, { key: "id", fields });
  const rows = new Map(sampleRows(2, ROWS).map((row) => [String(row.id), row]));
  await upsert(owner, id, [...rows.values()]);
  const segments: Segment[] = [];
  for (const asked of sampleQueries(3, SEGMENTS)) segments.push(await createSegment(owner, id, asked));
  const changes = fc.sample(fc.tuple(fc.nat(ROWS + 10), fc.constantFrom("upsert", "patch", "delete"), rowWithoutKey), {
    seed,
    numRuns: ROUNDS * 4,
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const [n, change, cells] of changes.slice(round * 4, round * 4 + 4))
      await apply(id, rows, `k${n}`, change, cells);
    if (round % 5 !== 4) continue;
    for (const segment of segments)
      expect(await memberKeys(owner, segment.id), JSON.stringify(segment.query)).toEqual(
        keysThat(segment.query, rows.values()),
      );
  }
  for (const segment of segments)
    expect(await verify(owner, segment.id)).toMatchObject({ checked: rows.size, missing: [], extra: [] });
});

async function apply(
  dataset: string,
  rows: Map<string, Data>,
  key: string,
  change: string,
  cells: Data,
): Promise<void> {
  const old = rows.get(key);
  if (change === "upsert" || old === undefined) {
    await upsert(owner, dataset, [{ id: key, ...cells }]);
    rows.set(key, { ...old, ...cells, id: key });
  } else if (change === "patch") {
    await owner.patch(recordPath(dataset, key), { data: cells });
    rows.set(key, { ...old, ...cells });
  } else {
    await owner.delete(recordPath(dataset, key));
    rows.delete(key);
  }
}

test("an edited query leaves exactly the members of the new one", async () => {
  const { id } = await createDataset(owner, { key: "id", fields });
  const rows = sampleRows(4, ROWS);
  await upsert(owner, id, rows);
  const [first, ...edits] = sampleQueries(5, 15);
  const segment = await createSegment(owner, id, first ?? { combinator: "and", rules: [] });
  for (const edit of edits) {
    const { version } = await owner.patch<Segment>(`/api/v1/segments/${segment.id}`, { query: edit });
    const told = await untilLive(owner, segment.id, version);
    const wanted = keysThat(edit, rows);
    expect(told.member_count, JSON.stringify(edit)).toBe(wanted.length);
    expect(await memberKeys(owner, segment.id)).toEqual(wanted);
  }
});
