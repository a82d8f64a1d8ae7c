/** Tells a dataset's objects that its catalogue changed. */
import { openDatabase } from "../../control/database.ts";
import { markRefreshed } from "../../control/repositories/datasets.ts";
import type { SegmentEdit } from "../../shard/interface.ts";
import type { Env } from "../env.ts";
import { type ShardedDataset, shardsOf } from "./shards.ts";

/** The feed passes the news on until every shard has it; from then on the minute job need not. */
export async function refreshFeed(env: Env, datasetId: string, version: number): Promise<void> {
  await env.FEED.getByName(datasetId).refresh({ version });
  await markRefreshed(openDatabase(env.DB), datasetId, version);
}

/**
 * Lets shards and feed load the catalogue of this version; `edit`: all that it has of news. What cannot be reached is only logged: the change is
 * stored, every later call carries the version, and the minute job repeats what was missed.
 */
export async function refreshObjects(env: Env, dataset: ShardedDataset, edit?: SegmentEdit): Promise<void> {
  const version = dataset.catalogue_version;
  const calls = [
    ...shardsOf(env, dataset).map((shard) => shard.refresh({ version, edit })),
    refreshFeed(env, dataset.id, version),
  ];
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === "rejected") {
      console.error(JSON.stringify({ level: "warn", dataset_id: dataset.id, error: String(result.reason) }));
    }
  }
}

/** The datasets at the other ends of relations that changed; as they were before it. */
export async function refreshOthers(env: Env, others: readonly ShardedDataset[]): Promise<void> {
  await Promise.all(
    others.map((other) => refreshObjects(env, { ...other, catalogue_version: other.catalogue_version + 1 })),
  );
}
