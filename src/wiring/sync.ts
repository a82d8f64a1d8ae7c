/** What a sync is given: its configuration, the shards it reads, the platform it writes to. */
import { type Env, now } from "../api/env.ts";
import { liveFields } from "../control/fields.ts";
import { type Database, openDatabase } from "../control/index.ts";
import { findDatasetById } from "../control/repositories/datasets.ts";
import { findDestination } from "../control/repositories/destinations.ts";
import { findSegment } from "../control/repositories/segments.ts";
import { markSynced, syncById } from "../control/repositories/syncs.ts";
import type { SyncConfig, SyncPorts } from "../deliver/activate/sync/ports.ts";

export function syncPorts(env: Env): SyncPorts {
  const db = openDatabase(env.DB);
  const shard = (address: { dataset_id: string; shard: number }) =>
    env.SHARD.getByName(`${address.dataset_id}/${address.shard}`);
  return {
    now: () => now(env),
    random: Math.random,
    loadSync: (syncId) => loadSync(db, syncId),
    readMembers: (address, request) => shard(address).members(request),
    readDeltas: (address, request) => shard(address).deltas(request),
    fetch: (config, request) =>
      (config.destination_type === "sandbox" ? env.SANDBOX.getByName(config.destination_id) : env).fetch(request),
    publish: (workspaceId, news) => env.LIVE.getByName(workspaceId).publish(news),
    recordSynced: (syncId, at) => markSynced(db, syncId, at),
  };
}

/** Rows are read one after the other: where a field seems to be missing, it may have been renamed in between. */
async function loadSync(db: Database, syncId: string): Promise<SyncConfig | null> {
  const read = await readSync(db, syncId);
  return read && !read.complete ? ((await readSync(db, syncId))?.config ?? null) : (read?.config ?? null);
}

async function readSync(db: Database, syncId: string): Promise<{ config: SyncConfig; complete: boolean } | null> {
  const sync = await syncById(db, syncId);
  if (!sync) return null;
  const [segment, destination] = await Promise.all([
    findSegment(db, sync.workspace_id, sync.segment_id),
    findDestination(db, sync.workspace_id, sync.destination_id),
  ]);
  const dataset = segment && (await findDatasetById(db, segment.dataset_id));
  if (!segment || !destination || !dataset) return null;
  const ids = new Map(liveFields(dataset.fields).map((field) => [field.name, field.id]));
  const mapping = Object.entries(sync.mapping).flatMap(([target, name]) => {
    const id = ids.get(name);
    return id === undefined ? [] : [[target, id] as const];
  });
  const config = {
    sync_id: sync.id,
    workspace_id: sync.workspace_id,
    dataset_id: dataset.id,
    shard_count: dataset.shard_count,
    catalogue_version: dataset.catalogue_version,
    segment_id: segment.id,
    segment_name: segment.name,
    destination_id: destination.id,
    destination_type: destination.type,
    mapping: Object.fromEntries(mapping),
  };
  return { config, complete: mapping.length === Object.keys(sync.mapping).length };
}
