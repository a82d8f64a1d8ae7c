import { and, desc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { ImportState } from "../../ingest/interface.ts";
import type { Database } from "../database.ts";
import { imports } from "../schema/imports.ts";
import { users } from "../schema/users.ts";

export type Import = typeof imports.$inferSelect;

export interface ImportView extends Import {
  readonly creator: { readonly id: string; readonly email: string } | null;
}

export async function insertImport(db: Database, row: Omit<Import, "final_state">): Promise<void> {
  await db.insert(imports).values(row);
}

export async function findImport(db: Database, workspaceId: string, id: string): Promise<ImportView | null> {
  const [view] = await selectViews(db, and(eq(imports.workspace_id, workspaceId), eq(imports.id, id)), 1);
  return view ?? null;
}

/** Imports of a dataset, newest first, after the one at `after` (its time and id). */
export async function listImports(
  db: Database,
  workspaceId: string,
  datasetId: string,
  page: { after: readonly [number, string] | null; limit: number },
): Promise<ImportView[]> {
  const older = page.after
    ? sql`(${imports.created_at}, ${imports.id}) < (${page.after[0]}, ${page.after[1]})`
    : undefined;
  const where = and(eq(imports.workspace_id, workspaceId), eq(imports.dataset_id, datasetId), older);
  return selectViews(db, where, page.limit);
}

/**
 * Keeps how an import ended. Called by the importer object, which knows its dataset but not its workspace; the
 * first end stays.
 */
export async function finishImport(db: Database, datasetId: string, state: ImportState): Promise<void> {
  const which = and(eq(imports.dataset_id, datasetId), eq(imports.id, state.id), isNull(imports.final_state));
  await db.update(imports).set({ final_state: state }).where(which);
}

/** Imports that have no end yet, for the job that asks their importers again. */
export async function openImports(db: Database): Promise<Import[]> {
  return await db.select().from(imports).where(isNull(imports.final_state));
}

async function selectViews(db: Database, where: SQL | undefined, limit: number): Promise<ImportView[]> {
  const rows = await db
    .select({ row: imports, email: users.email })
    .from(imports)
    .leftJoin(users, eq(users.id, imports.created_by))
    .where(where)
    .orderBy(desc(imports.created_at), desc(imports.id))
    .limit(limit);
  return rows.map(({ row, email }) => ({
    ...row,
    creator: row.created_by && email ? { id: row.created_by, email } : null,
  }));
}
