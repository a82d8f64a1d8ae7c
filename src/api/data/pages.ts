/** Pages over all shards in a stable order: the first shard's rows, then the next one's. */
import * as z from "zod";
import { unwrap } from "../../platform/problem.ts";
import type { StoredRecord } from "../../shard/interface.ts";
import type { Env } from "../env.ts";
import { type ShardedDataset, shardNumber } from "./shards.ts";

/** Where a page begins: a shard, and the last row number seen there (-1: none). */
export const Place = z.tuple([z.number().int().min(0).max(100_000), z.number().int().min(-1)]);
export type Place = z.output<typeof Place>;

interface ShardPage {
  readonly records: readonly StoredRecord[];
  readonly last: number;
  readonly done: boolean;
}

/** Reads on from a place until `limit` records are together; `next` is null at the end. */
export async function readOn(
  shardCount: number,
  from: Place,
  limit: number,
  read: (shard: number, after: number, limit: number) => Promise<ShardPage>,
): Promise<{ records: StoredRecord[]; next: Place | null }> {
  const records: StoredRecord[] = [];
  let [shard, after] = from;
  while (shard < shardCount && records.length < limit) {
    const page = await read(shard, after, limit - records.length);
    records.push(...page.records);
    [shard, after] = page.done ? [shard + 1, -1] : [shard, page.last];
  }
  return { records, next: shard < shardCount ? [shard, after] : null };
}

/** A page of a dataset's records. */
export async function recordsPage(env: Env, dataset: ShardedDataset, from: Place, limit: number) {
  const version = dataset.catalogue_version;
  return readOn(dataset.shard_count, from, limit, async (shard, after, most) =>
    unwrap(await shardNumber(env, dataset.id, shard).list({ version, after, limit: most })),
  );
}
