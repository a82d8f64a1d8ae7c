import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import { changes, type Database } from "../database.ts";
import { lists } from "../schema/lists.ts";

export type List = typeof lists.$inferSelect;

interface Page {
  readonly after: string | null;
  readonly limit: number;
}

/** Whom the API shows what to: exposed lists, and where a key is scoped to segments those that are frozen from them. */
export interface Exposure {
  readonly segment_ids: readonly string[] | null;
}

export async function insertList(db: Database, list: List): Promise<void> {
  await db.insert(lists).values(list);
}

export async function findList(db: Database, workspaceId: string, id: string, to?: Exposure): Promise<List | null> {
  const which = and(inWorkspace(workspaceId, id), exposed(to));
  return (await db.select().from(lists).where(which).get()) ?? null;
}

/** Lists by id, after the id `after`. */
export async function listLists(db: Database, workspaceId: string, page: Page, to?: Exposure): Promise<List[]> {
  const after = page.after === null ? undefined : gt(lists.id, page.after);
  return await db
    .select()
    .from(lists)
    .where(and(eq(lists.workspace_id, workspaceId), after, exposed(to)))
    .orderBy(asc(lists.id))
    .limit(page.limit);
}

export async function updateList(
  db: Database,
  workspaceId: string,
  id: string,
  change: Partial<Pick<List, "name" | "api_exposed">>,
): Promise<void> {
  await db.update(lists).set(change).where(inWorkspace(workspaceId, id));
}

export async function deleteList(db: Database, workspaceId: string, id: string): Promise<boolean> {
  return changes(await db.delete(lists).where(inWorkspace(workspaceId, id))) > 0;
}

function inWorkspace(workspaceId: string, id: string): SQL | undefined {
  return and(eq(lists.workspace_id, workspaceId), eq(lists.id, id));
}

function exposed(to: Exposure | undefined): SQL | undefined {
  if (!to) return undefined;
  const ids = to.segment_ids;
  const scoped = ids && sql`${lists.segment_id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  return and(eq(lists.api_exposed, true), scoped ?? undefined);
}
