import { and, eq } from "drizzle-orm";
import type { Database } from "../database.ts";
import { exports } from "../schema/exports.ts";

export type Export = typeof exports.$inferSelect;

export async function insertExport(db: Database, row: Export): Promise<void> {
  await db.insert(exports).values(row);
}

export async function findExport(db: Database, workspaceId: string, id: string): Promise<Export | null> {
  const which = and(eq(exports.workspace_id, workspaceId), eq(exports.id, id));
  return (await db.select().from(exports).where(which).get()) ?? null;
}

/** By its id alone: for whoever has a signed address. */
export async function findExportById(db: Database, id: string): Promise<Export | null> {
  return (await db.select().from(exports).where(eq(exports.id, id)).get()) ?? null;
}
