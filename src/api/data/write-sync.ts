/** Making and ending a sync: the row first, then the objects are told. */

import type { Database } from "../../control/database.ts";
import { runBatch } from "../../control/database.ts";
import { fieldNamed } from "../../control/fields.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import { type Destination, findDestination } from "../../control/repositories/destinations.ts";
import { deleteSyncRow, findSync, insertSync, type Sync } from "../../control/repositories/syncs.ts";
import { findConnector } from "../../deliver/activate/connectors.ts";
import { newId } from "../../platform/ids.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import type { NewSync } from "../shapes/sync.ts";
import { needSegment } from "./segment-view.ts";

export interface SyncAuthor {
  readonly env: Env;
  readonly db: Database;
  readonly now: number;
  readonly workspace_id: string;
  readonly user_id: string;
}

export async function needSync(db: Database, workspaceId: string, id: string): Promise<Sync> {
  const sync = await findSync(db, workspaceId, id);
  if (!sync) throw notFound("sync");
  return sync;
}

export async function needDestination(db: Database, workspaceId: string, id: string): Promise<Destination> {
  const destination = await findDestination(db, workspaceId, id);
  if (!destination) throw notFound("destination");
  return destination;
}

/** Keeps a segment in step with an audience of a destination from now on. 409 `sync_exists` for a second one. */
export async function createSync(author: SyncAuthor, input: NewSync): Promise<Sync> {
  const { env, db, now, workspace_id } = author;
  const { segment, dataset } = await needSegment(db, workspace_id, input.segment_id);
  const destination = await needDestination(db, workspace_id, input.destination_id);
  checkMapping(destination, dataset, input.mapping);
  const sync: Sync = {
    ...{ id: newId("syn"), workspace_id, segment_id: segment.id, destination_id: destination.id },
    ...{ mapping: input.mapping, last_synced_at: null, created_at: now, created_by: author.user_id },
  };
  if ((await insertSync(db, sync)) === "exists") throw exists();
  await tell(sync.id, [
    env.SYNC.getByName(sync.id).start(),
    env.FEED.getByName(dataset.id).refresh({ version: dataset.catalogue_version }),
  ]);
  return sync;
}

/** The row goes first: a sync whose row is gone withdraws what it sent even if it was never told. */
export async function deleteSync({ env, db, workspace_id }: SyncAuthor, sync: Sync): Promise<void> {
  const { dataset } = await needSegment(db, workspace_id, sync.segment_id);
  await runBatch(db, [deleteSyncRow(db, workspace_id, sync.id)]);
  await tell(sync.id, [
    env.SYNC.getByName(sync.id).destroy(),
    env.FEED.getByName(dataset.id).refresh({ version: dataset.catalogue_version }),
  ]);
}

/** What cannot be told now is told later: the feed pokes the syncs it finds, a sync finds its row gone. */
async function tell(syncId: string, calls: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === "fulfilled") continue;
    console.error(JSON.stringify({ level: "warn", sync_id: syncId, error: String(result.reason) }));
  }
}

function checkMapping(destination: Destination, dataset: Dataset, mapping: NewSync["mapping"]): void {
  const targets = findConnector(destination.type)?.targets ?? [];
  const names = targets.map((target) => target.name);
  const missing = targets.find((target) => target.required && mapping[target.name] === undefined);
  if (missing) {
    const detail = `The mapping needs a field for ${missing.name} (${missing.label}).`;
    throw problem(422, "mapping_incomplete", detail, { path: `mapping.${missing.name}`, facts: { targets: names } });
  }
  for (const [target, name] of Object.entries(mapping)) {
    if (!names.includes(target)) {
      const detail = `This destination takes no ${target}. It takes: ${names.join(", ")}.`;
      throw problem(422, "unknown_target", detail, { path: `mapping.${target}`, facts: { targets: names } });
    }
    if (!fieldNamed(dataset.fields, name)) {
      const detail = `The dataset has no field ${name}. Choose one of its fields.`;
      throw problem(422, "unknown_field", detail, { path: `mapping.${target}` });
    }
  }
}

function exists() {
  const detail = "This segment is in step with this destination already. Change or delete that sync.";
  return problem(409, "sync_exists", detail);
}
