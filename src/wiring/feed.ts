/** What a feed is given: the control plane's view of its dataset, the shards, open pages, syncs. */
import { type Env, now } from "../api/env.ts";
import { loadCatalogue, openDatabase } from "../control/index.ts";
import { syncsOfDataset } from "../control/repositories/syncs.ts";
import type { FeedPorts } from "../deliver/feed/ports.ts";

export function feedPorts(env: Env): FeedPorts {
  const db = openDatabase(env.DB);
  return {
    now: () => now(env),
    random: Math.random,
    loadCatalogue: (datasetId) => loadCatalogue(db, datasetId),
    loadSyncs: (datasetId) => syncsOfDataset(db, datasetId),
    refreshShard: (datasetId, shard, version) => env.SHARD.getByName(`${datasetId}/${shard}`).refresh({ version }),
    publish: (workspaceId, news) => env.LIVE.getByName(workspaceId).publish(news),
    pokeSync: (syncId) => env.SYNC.getByName(syncId).poke(),
  };
}
