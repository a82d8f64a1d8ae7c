/** Making and ending a sync: the row first, then the objects are told. */

import { editCatalogue } from "../../control/catalogue.ts";
import { type Database, type Statement, violated } from "../../control/database.ts";
import { fieldNamed } from "../../control/fields.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import { type Destination, findDestination } from "../../control/repositories/destinations.ts";
import { deleteSyncRow, findSync, insertSync, type Sync } from "../../control/repositories/syncs.ts";
import { findConnector } from "../../deliver/activate/connectors.ts";
import { newId } from "../../platform/ids.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import type { NewSync } from "../shapes/sync.ts";
import { refreshFeed } from "./refresh.ts";
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
  const version = await writeRow(author, dataset.id, insertSync(db, sync));
  await tell(sync.id, [env.SYNC.getByName(sync.id).start(), refreshFeed(env, dataset.id, version)]);
  return sync;
}

/** The object first: once it has written down that it ends, it withdraws what it sent whatever happens. */
export async function deleteSync(author: SyncAuthor, sync: Sync): Promise<void> {
  const { env, db, workspace_id } = author;
  const { dataset } = await needSegment(db, workspace_id, sync.segment_id);
  await env.SYNC.getByName(sync.id).destroy();
  const version = await writeRow(author, dataset.id, deleteSyncRow(db, workspace_id, sync.id));
  await tell(sync.id, [refreshFeed(env, dataset.id, version)]);
}

/**
 * The feed has to know of every sync. So the catalogue's version rises with the row: should nobody live to tell
 * the feed, the minute job does. The version after it.
 */
async function writeRow({ db, workspace_id }: SyncAuthor, datasetId: string, statement: Statement): Promise<number> {
  try {
    const edited = await editCatalogue(db, workspace_id, datasetId, () => ({ value: null, statements: [statement] }));
    if (!edited) throw notFound("dataset");
    return edited.version;
  } catch (error) {
    if (violated(error, "UNIQUE")) throw exists();
    if (violated(error, "FOREIGN KEY")) throw notFound("segment"); // it, or the destination, was deleted just now
    throw error;
  }
}

/** What cannot be told now is told later: the minute job tells the feed, which pokes the syncs it finds. */
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
