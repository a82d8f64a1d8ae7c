/** What a shard is given. */
import { type Env, now } from "../api/env.ts";
import { loadCatalogue, openDatabase } from "../control/index.ts";
import type { ShardPorts } from "../shard/interface.ts";

/** Half of an isolate of 128 MB at most goes to columns on Cloudflare; Node says how much it can spare. */
const COLUMN_BYTES = 48 * 1024 * 1024;

export function shardPorts(env: Env): ShardPorts {
  return {
    now: () => now(env),
    columnBytes: Number(env.COLUMN_BYTES ?? COLUMN_BYTES),
    loadCatalogue: (datasetId) => loadCatalogue(openDatabase(env.DB), datasetId),
    shard: (datasetId, shard) => env.SHARD.getByName(`${datasetId}/${shard}`),
    announce: (announcement) => env.FEED.getByName(announcement.dataset_id).announce(announcement),
  };
}
