/** How the API reaches a dataset's shards: one by key, or all at once. */
import type { Dataset } from "../../control/repositories/datasets.ts";
import { type Outcome, unwrap } from "../../platform/problem.ts";
import type { Stub } from "../../platform/types.ts";
import { homePart, homeShard } from "../../shard/home.ts";
import type { ShardApi } from "../../shard/interface.ts";
import type { Env } from "../env.ts";

type ShardEnv = Pick<Env, "SHARD">;
/** What of a dataset the data plane needs. */
export type ShardedDataset = Pick<Dataset, "id" | "shard_count" | "catalogue_version" | "key_kind">;

export function shardNumber(env: ShardEnv, datasetId: string, n: number): Stub<ShardApi> {
  return env.SHARD.getByName(`${datasetId}/${n}`);
}

/** The dataset's shards in order; none before its first rows. */
export function shardsOf(env: ShardEnv, dataset: ShardedDataset): Stub<ShardApi>[] {
  return Array.from({ length: dataset.shard_count }, (_, n) => shardNumber(env, dataset.id, n));
}

/** Which shard a key lives in. */
export function homeOf(dataset: ShardedDataset, key: string): number {
  return homeShard(homePart(key, dataset.key_kind === "row_hash"), dataset.shard_count);
}

/** The same question to all shards at once; the first refusal is thrown as a problem. */
export async function askAll<T>(
  env: ShardEnv,
  dataset: ShardedDataset,
  ask: (shard: Stub<ShardApi>, n: number) => Promise<Outcome<T>>,
): Promise<T[]> {
  return (await Promise.all(shardsOf(env, dataset).map(ask))).map(unwrap);
}
