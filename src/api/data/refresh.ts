/** Tells a dataset's objects that its catalogue changed. */
import type { Env } from "../env.ts";
import { type ShardedDataset, shardsOf } from "./shards.ts";

/**
 * Lets shards and feed load the catalogue of this version. What cannot be reached is only logged: the change is
 * stored, every later call carries the version, and the minute job repeats what was missed.
 */
export async function refreshObjects(env: Env, dataset: ShardedDataset): Promise<void> {
  const version = dataset.catalogue_version;
  const calls = [
    ...shardsOf(env, dataset).map((shard) => shard.refresh({ version })),
    env.FEED.getByName(dataset.id).refresh({ version }),
  ];
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === "rejected") {
      console.error(JSON.stringify({ level: "warn", dataset_id: dataset.id, error: String(result.reason) }));
    }
  }
}
