import { and, eq, sql } from "drizzle-orm";
import type { Database } from "../database.ts";
import { segments } from "../schema/segments.ts";
import type { Segment } from "./segments.ts";

/** A segment as others may name it. */
export type SegmentName = Pick<Segment, "id" | "name" | "dataset_id">;

const NAME_COLUMNS = { id: segments.id, name: segments.name, dataset_id: segments.dataset_id };

/** The segments of some of a workspace's datasets. */
export async function segmentNames(
  db: Database,
  workspaceId: string,
  datasetIds: readonly string[],
): Promise<SegmentName[]> {
  const where = and(
    eq(segments.workspace_id, workspaceId),
    sql`${segments.dataset_id} IN (SELECT value FROM json_each(${JSON.stringify(datasetIds)}))`,
  );
  return await db.select(NAME_COLUMNS).from(segments).where(where).orderBy(segments.id);
}

/** Segments by their ids; those of other workspaces are none. */
export async function segmentsById(db: Database, workspaceId: string, ids: readonly string[]): Promise<Segment[]> {
  if (ids.length === 0) return [];
  const where = and(
    eq(segments.workspace_id, workspaceId),
    sql`${segments.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
  );
  return await db.select().from(segments).where(where);
}

/** Segments whose stored query has this text somewhere: those that may name something. */
export async function segmentsWithText(db: Database, workspaceId: string, text: string): Promise<Segment[]> {
  const where = and(eq(segments.workspace_id, workspaceId), sql`instr(${segments.query}, ${text}) > 0`);
  return await db.select().from(segments).where(where).orderBy(segments.id);
}
