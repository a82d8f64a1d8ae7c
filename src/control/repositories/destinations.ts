import { and, asc, eq, gt } from "drizzle-orm";
import { changes, type Database, violated } from "../database.ts";
import { destinations } from "../schema/destinations.ts";

export type Destination = typeof destinations.$inferSelect;

export async function insertDestination(db: Database, destination: Destination): Promise<void> {
  await db.insert(destinations).values(destination);
}

export async function findDestination(db: Database, workspaceId: string, id: string): Promise<Destination | null> {
  return (await db.select().from(destinations).where(inWorkspace(workspaceId, id)).get()) ?? null;
}

/** Destinations by id, after the id `after`. */
export async function listDestinations(
  db: Database,
  workspaceId: string,
  page: { after: string | null; limit: number },
): Promise<Destination[]> {
  const after = page.after === null ? undefined : gt(destinations.id, page.after);
  return await db
    .select()
    .from(destinations)
    .where(and(eq(destinations.workspace_id, workspaceId), after))
    .orderBy(asc(destinations.id))
    .limit(page.limit);
}

export async function renameDestination(db: Database, workspaceId: string, id: string, name: string): Promise<void> {
  await db.update(destinations).set({ name }).where(inWorkspace(workspaceId, id));
}

/** Deletes one; `in_use` while a sync points at it, which the database itself guards. */
export async function deleteDestination(
  db: Database,
  workspaceId: string,
  id: string,
): Promise<"deleted" | "missing" | "in_use"> {
  try {
    const result = await db.delete(destinations).where(inWorkspace(workspaceId, id));
    return changes(result) > 0 ? "deleted" : "missing";
  } catch (error) {
    if (violated(error, "FOREIGN KEY")) return "in_use";
    throw error;
  }
}

function inWorkspace(workspaceId: string, id: string) {
  return and(eq(destinations.workspace_id, workspaceId), eq(destinations.id, id));
}
