import { asc, eq, sql } from "drizzle-orm";
import type { Database, Statement } from "../database.ts";
import { workspaces } from "../schema/workspaces.ts";

export type Workspace = typeof workspaces.$inferSelect;

export function insertWorkspace(db: Database, workspace: Workspace): Statement {
  return db.insert(workspaces).values(workspace);
}

export async function findWorkspace(db: Database, workspaceId: string): Promise<Workspace | null> {
  return (await db.select().from(workspaces).where(eq(workspaces.id, workspaceId)).get()) ?? null;
}

/** The first workspace: its owners own the installation. */
export async function firstWorkspace(db: Database): Promise<Workspace | null> {
  return (await db.select().from(workspaces).orderBy(asc(workspaces.created_at), sql`rowid`).limit(1).get()) ?? null;
}

export function updateWorkspace(
  db: Database,
  workspaceId: string,
  changes: { name?: string | undefined; time_zone?: string | undefined },
): Statement {
  return db.update(workspaces).set(changes).where(eq(workspaces.id, workspaceId));
}
