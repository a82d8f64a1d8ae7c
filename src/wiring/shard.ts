/** What a shard is given. */
import { type Env, now } from "../api/env.ts";
import { loadCatalogue, openDatabase } from "../control/index.ts";
import { ByteBudget } from "../shard/byte-budget.ts";
import type { ShardPorts } from "../shard/interface.ts";

/** Of an isolate of 128 MB on Cloudflare, for the columns of all shards in it; Node says how much it can spare. */
const COLUMN_BYTES = 48 * 1024 * 1024;
/** With memberships, key indexes and pages, which stay: two shards of a million rows have 70 MB of them. */
const ISOLATE_BYTES = 88 * 1024 * 1024;

/** One for the isolate or thread. */
let budget: ByteBudget | null = null;

export function shardPorts(env: Env): ShardPorts {
  budget ??=
    env.COLUMN_BYTES === undefined
      ? new ByteBudget(COLUMN_BYTES, ISOLATE_BYTES)
      : new ByteBudget(Number(env.COLUMN_BYTES));
  return {
    now: () => now(env),
    budget,
    loadCatalogue: (datasetId) => loadCatalogue(openDatabase(env.DB), datasetId),
    shard: (datasetId, shard) => env.SHARD.getByName(`${datasetId}/${shard}`),
    announce: (announcement) => env.FEED.getByName(announcement.dataset_id).announce(announcement),
  };
}
