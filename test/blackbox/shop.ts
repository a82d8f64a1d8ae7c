/** A shop of three related datasets over HTTP, with a copy of its rows beside it for the oracle. */
import fc from "fast-check";
import type { Client } from "./client.ts";
import { eventuallyEquals } from "./eventually.ts";
import { createDataset, createSegment, memberKeys, recordPath, upsert } from "./nouns.ts";
import { matches } from "./oracle/evaluate.ts";
import {
  type Base,
  counts,
  keyLetter,
  type Name,
  names,
  relations,
  type Segments,
  shopFields,
  shopRow,
  type Tables,
  worldsOf,
} from "./oracle/shop.ts";
import { type Kind, type SegmentIds, shopQuery } from "./oracle/shop-queries.ts";
import type { Data, Group, Segment } from "./wire.ts";

export interface Shop {
  owner: Client;
  zone: string;
  ids: Record<Name, string>;
  tables: Tables;
  segments: Segments;
  /** The program's clock. */
  clock(): number;
}

export const baseOf = (shop: Shop): Base => ({ now: shop.clock(), zone: shop.zone });

/** A zone in which midnight is some hours away, so that no date changes while a test runs. */
export function quietZone(now = Date.now()): string {
  const zones = ["America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland", "America/Los_Angeles"];
  const hour = (timeZone: string) =>
    Number(new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" }).format(now));
  const found = zones.find((zone) => hour(zone) >= 3 && hour(zone) < 20);
  if (!found) throw new Error("some zone is always far from midnight");
  return found;
}

export async function openShop(
  owner: Client,
  zone: string,
  clock: () => number = Date.now,
  computed = true,
): Promise<Shop> {
  const ids = {} as Record<Name, string>;
  for (const name of names) {
    const pointing = relations[name].map(({ to, ...rest }) => ({ ...rest, dataset_id: ids[to] }));
    const fields = shopFields[name].filter(({ formula }) => computed || formula === undefined);
    const wish = { name: `${name}-${crypto.randomUUID()}`, key: "id", fields, relations: pointing };
    ids[name] = (await createDataset(owner, wish)).id;
  }
  const tables = { stores: new Map(), customers: new Map(), purchases: new Map() };
  return { owner, zone, ids, tables, segments: { stores: {}, customers: {}, purchases: {} }, clock };
}

/** The first rows; `order` says which dataset comes first, children before parents included. */
export async function fillShop(shop: Shop, seed: number, order: readonly Name[] = names): Promise<void> {
  for (const name of order) {
    const rows = fc
      .sample(shopRow(name, baseOf(shop)), { seed, numRuns: counts[name] })
      .map((row, n) => ({ id: `${keyLetter[name]}${n}`, ...row }));
    await upsert(shop.owner, shop.ids[name], rows);
    for (const row of rows) shop.tables[name].set(row.id, row);
  }
}

export interface Edit {
  name: Name;
  n: number;
  change: "upsert" | "patch" | "delete";
  cells: Data;
}

/** One change of one row; a patch takes some of the cells, a moved child's pointer among them. */
export const shopEdit = (base: Base): fc.Arbitrary<Edit> =>
  fc.constantFrom<Name>("stores", "customers", "customers", "purchases", "purchases", "purchases").chain((name) =>
    fc.record({
      name: fc.constant(name),
      n: fc.nat(counts[name] + 2),
      change: fc.constantFrom("upsert" as const, "patch" as const, "patch" as const, "delete" as const),
      cells: shopRow(name, base).chain((row) =>
        fc
          .subarray(Object.keys(row), { minLength: 1 })
          .map((kept) => Object.fromEntries(kept.map((key) => [key, row[key]]))),
      ),
    }),
  );

export async function applyEdit(shop: Shop, { name, n, change, cells }: Edit): Promise<void> {
  const id = `${keyLetter[name]}${n}`;
  const rows = shop.tables[name];
  const old = rows.get(id);
  if (change === "upsert" || old === undefined) {
    await upsert(shop.owner, shop.ids[name], [{ id, ...cells }]);
    rows.set(id, { ...old, ...cells, id });
  } else if (change === "patch") {
    await shop.owner.patch(recordPath(shop.ids[name], id), { data: cells });
    rows.set(id, { ...old, ...cells });
  } else {
    await shop.owner.delete(recordPath(shop.ids[name], id));
    rows.delete(id);
  }
}

/** The keys that the oracle finds now. */
export function wantedKeys(shop: Shop, name: Name, query: Group): string[] {
  const world = worldsOf(shop.tables, shop.segments, baseOf(shop))[name];
  return [...shop.tables[name].values()]
    .filter((row) => matches(query, row, world))
    .map((row) => String(row.id))
    .sort();
}

export async function addSegment(shop: Shop, name: Name, query: Group): Promise<Segment> {
  const segment = await createSegment(shop.owner, shop.ids[name], query);
  shop.segments[name][segment.id] = query;
  return segment;
}

export const segmentIds = (shop: Shop): SegmentIds => ({
  stores: Object.keys(shop.segments.stores),
  customers: Object.keys(shop.segments.customers),
  purchases: Object.keys(shop.segments.purchases),
});

/** Random queries of these kinds over this dataset; none where none of them fits. */
export function sampleQueries(shop: Shop, name: Name, salt: number, numRuns: number, kinds?: readonly Kind[]): Group[] {
  const arbitrary = shopQuery(name, baseOf(shop), segmentIds(shop), kinds);
  return arbitrary ? fc.sample(arbitrary, { seed: salt, numRuns }) : [];
}

/**
 * Whether a changed looked-up record may reach this segment's members a moment later (belongs-to copies
 * follow within a second); everything else is seen at once.
 */
function looksUp(shop: Shop, query: Group): boolean {
  const text = JSON.stringify(query);
  if (text.includes('"via"') || text.includes("`.`")) return true;
  const used = Object.assign({}, ...Object.values(shop.segments)) as Record<string, Group>;
  return Object.entries(used).some(([id, inner]) => text.includes(id) && looksUp(shop, inner));
}

/** Every segment's members are the oracle's: at once, or within the second that lookups may take. */
export async function expectAllExact(shop: Shop, expectKeys: (read: string[], wanted: string[], told: string) => void) {
  for (const name of names)
    for (const [id, query] of Object.entries(shop.segments[name])) {
      const read = () => memberKeys(shop.owner, id);
      const wanted = wantedKeys(shop, name, query);
      const told = `${name} ${JSON.stringify(query)}`;
      if (looksUp(shop, query)) await eventuallyEquals(told, read, wanted, 5_000);
      else expectKeys(await read(), wanted, told);
    }
}
