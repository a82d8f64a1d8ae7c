import { and, asc, eq, gt } from "drizzle-orm";
import type { Database, Statement } from "../database.ts";
import { segments } from "../schema/segments.ts";
import { syncs } from "../schema/syncs.ts";

export type Sync = typeof syncs.$inferSelect;

export interface SyncFilter {
  readonly segment_id?: string | undefined;
  readonly destination_id?: string | undefined;
}

/** Adds one; refused (UNIQUE) where the segment is in step with this destination already. */
export function insertSync(db: Database, sync: Sync): Statement {
  return db.insert(syncs).values(sync);
}

export async function findSync(db: Database, workspaceId: string, id: string): Promise<Sync | null> {
  return (await db.select().from(syncs).where(inWorkspace(workspaceId, id)).get()) ?? null;
}

/** Syncs by id, after the id `after`. */
export async function listSyncs(
  db: Database,
  workspaceId: string,
  filter: SyncFilter,
  page: { after: string | null; limit: number },
): Promise<Sync[]> {
  const where = and(
    eq(syncs.workspace_id, workspaceId),
    filter.segment_id === undefined ? undefined : eq(syncs.segment_id, filter.segment_id),
    filter.destination_id === undefined ? undefined : eq(syncs.destination_id, filter.destination_id),
    page.after === null ? undefined : gt(syncs.id, page.after),
  );
  return await db.select().from(syncs).where(where).orderBy(asc(syncs.id)).limit(page.limit);
}

/** The syncs of a dataset's segments: what its feed has to poke. The dataset's id is secret enough for an object. */
export async function syncsOfDataset(db: Database, datasetId: string): Promise<Sync[]> {
  const rows = await db
    .select({ sync: syncs })
    .from(syncs)
    .innerJoin(segments, eq(segments.id, syncs.segment_id))
    .where(eq(segments.dataset_id, datasetId));
  return rows.map((row) => row.sync);
}

/** A sync by id alone: for its own object, which was made by somebody who may. */
export async function syncById(db: Database, id: string): Promise<Sync | null> {
  return (await db.select().from(syncs).where(eq(syncs.id, id)).get()) ?? null;
}

/** Notes when a sync last ended in step, for the segment's `last_synced_at`. */
export async function markSynced(db: Database, id: string, at: number): Promise<void> {
  await db.update(syncs).set({ last_synced_at: at }).where(eq(syncs.id, id));
}

/** Gives a sync's targets other fields: one was renamed. */
export function replaceMapping(db: Database, workspaceId: string, id: string, mapping: Sync["mapping"]): Statement {
  return db.update(syncs).set({ mapping }).where(inWorkspace(workspaceId, id));
}

export function deleteSyncRow(db: Database, workspaceId: string, id: string): Statement {
  return db.delete(syncs).where(inWorkspace(workspaceId, id));
}

function inWorkspace(workspaceId: string, id: string) {
  return and(eq(syncs.workspace_id, workspaceId), eq(syncs.id, id));
}
