/** Random queries of every kind over three related datasets, judged by the naive evaluator. Reproduce with CUTTY_SEED. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { eventually } from "./eventually.ts";
import { memberKeys, preview, untilLive, verify } from "./nouns.ts";
import { counts, type Name, names } from "./oracle/shop.ts";
import { type Kind, kinds, shopQuery } from "./oracle/shop-queries.ts";
import { seed } from "./seed.ts";
import {
  addSegment,
  applyEdit,
  baseOf,
  expectAllExact,
  fillShop,
  openShop,
  quietZone,
  type Shop,
  sampleQueries,
  segmentIds,
  shopEdit,
  wantedKeys,
} from "./shop.ts";
import type { Segment } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

const QUERIES = 120;
const SEGMENTS = 4;
const ROUNDS = 12;
const EDITS = 8;
const zone = quietZone();
let owner: Client;

beforeAll(async () => {
  ({ owner } = await openWorkspace(zone));
});

async function filledShop(salt: number, order: readonly Name[] = names, mix: readonly Kind[] = kinds): Promise<Shop> {
  const shop = await openShop(owner, zone, Date.now, mix.includes("computed"));
  await fillShop(shop, seed + salt, order);
  return shop;
}

/** Segments of every dataset, first plain ones, then some that may name the others. */
async function withSegments(shop: Shop, salt: number, mix: readonly Kind[] = kinds): Promise<void> {
  for (const round of [1, 2])
    for (const name of names)
      for (const query of sampleQueries(shop, name, seed + salt + round, SEGMENTS, mix))
        await addSegment(shop, name, query);
}

/** Shrinks a query that is answered wrongly to a small one. */
async function expectExact(shop: Shop, name: Name, kinds: readonly Kind[]): Promise<[telling: number, seen: string]> {
  const queries = shopQuery(name, baseOf(shop), segmentIds(shop), kinds);
  let [telling, seen] = [0, ""];
  if (queries === null) return [telling, seen];
  const property = fc.asyncProperty(queries, async (asked) => {
    const wanted = wantedKeys(shop, name, asked);
    const total = shop.tables[name].size;
    if (wanted.length > 0 && wanted.length < total) telling++;
    seen += JSON.stringify(asked);
    const answer = await preview(owner, shop.ids[name], asked, 50);
    expect(answer.sample.map(({ key }) => key).sort()).toEqual(wanted);
    expect(answer).toMatchObject({ count: wanted.length, total });
  });
  await fc.assert(property, { seed, numRuns: QUERIES });
  return [telling, seen];
}

test("preview finds exactly the records that the naive evaluator finds by fields and windows", async () => {
  const shop = await filledShop(0, names, ["fields"]);
  let told = 0;
  for (const name of names) told += (await expectExact(shop, name, ["fields"]))[0];
  expect(told, "queries that tell records apart").toBeGreaterThan(QUERIES / 2);
});

const mixes: [string, Kind[], RegExp[]][] = [
  ["computed fields", ["fields", "computed"], [/tier/]],
  ["looked-up fields", ["fields", "via"], [/"via"/]],
  ["related records", ["fields", "related"], [/"quantifier"/, /"aggregate"/, /"within"/, /"first"|"last"/]],
  ["formulas", ["formula"], [/days_since/, /coalesce/, /if\(/]],
  ["segments", ["fields", "segment"], [/"member"/, /"not_member"/]],
  ["all kinds of conditions", [...kinds], [/"via"/, /"related"/, /"formula"/, /"segment"/, /"in_last"/, /"in_period"/]],
];

test.each(mixes)(
  "preview finds exactly the records that the naive evaluator finds by %s",
  async (_name, mix, words) => {
    const shop = await filledShop(1, names, mix);
    if (mix.includes("segment")) await withSegments(shop, 10, mix);
    const told = [];
    for (const name of names) told.push(await expectExact(shop, name, mix));
    const telling = told.reduce((total, [count]) => total + count, 0);
    expect(telling, "queries that tell records apart").toBeGreaterThan(QUERIES / 4);
    for (const word of words) expect(told.map(([, seen]) => seen).join()).toMatch(word);
  },
);

test("R1 R11 members stay exact while rows change, move between parents, vanish and come back", async () => {
  const shop = await filledShop(2);
  await withSegments(shop, 20);
  const edits = fc.sample(shopEdit(baseOf(shop)), { seed: seed + 22, numRuns: ROUNDS * EDITS });
  for (let round = 0; round < ROUNDS; round++) {
    for (const edit of edits.slice(round * EDITS, (round + 1) * EDITS)) await applyEdit(shop, edit);
    await expectAllExact(shop, (read, wanted, told) => expect(read, told).toEqual(wanted));
  }
  await expectVerified(shop);
});

test("R2 purchases and customers that arrive before what they point at are counted once it is there", async () => {
  const shop = await filledShop(3, ["purchases"]);
  await withSegments(shop, 30);
  await fillShop(shop, seed + 3, ["customers", "stores"]);
  await expectAllExact(shop, (read, wanted, told) => expect(read, told).toEqual(wanted));
  await expectVerified(shop);
});

test("an edited query, of a segment that others name too, leaves exactly the members of the new one in all", async () => {
  const shop = await filledShop(4);
  await withSegments(shop, 40);
  for (const name of names) {
    const plain = { ...shop, segments: { stores: {}, customers: {}, purchases: {} } };
    const edits = sampleQueries(plain, name, seed + 44, SEGMENTS);
    for (const [n, id] of Object.keys(shop.segments[name]).slice(0, SEGMENTS).entries()) {
      const query = edits[n] ?? { combinator: "and", rules: [] };
      const { version } = await owner.patch<Segment>(`/api/v1/segments/${id}`, { query });
      await untilLive(owner, id, version);
      shop.segments[name][id] = query;
      expect(await memberKeys(owner, id), JSON.stringify(query)).toEqual(wantedKeys(shop, name, query));
    }
  }
  for (const name of names)
    for (const [id, query] of Object.entries(shop.segments[name]))
      await eventually(`${id} follows ${JSON.stringify(query)}`, async () => {
        const keys = await memberKeys(owner, id);
        return JSON.stringify(keys) === JSON.stringify(wantedKeys(shop, name, query));
      });
  await expectVerified(shop);
});

async function expectVerified(shop: Shop): Promise<void> {
  for (const name of names) {
    expect(shop.tables[name].size).toBeGreaterThan(counts[name] / 2);
    for (const id of Object.keys(shop.segments[name]))
      expect(await verify(owner, id), id).toMatchObject({ checked: shop.tables[name].size, missing: [], extra: [] });
  }
}
