import { and, asc, eq, lt, sql } from "drizzle-orm";
import type { Database } from "../database.ts";
import { uploadParts, uploads } from "../schema/uploads.ts";

export type Upload = typeof uploads.$inferSelect;

export interface UploadView extends Upload {
  readonly parts: readonly { readonly part: number; readonly bytes: number }[];
}

export async function insertUpload(db: Database, upload: Upload): Promise<void> {
  await db.insert(uploads).values(upload);
}

export async function findUpload(db: Database, workspaceId: string, id: string): Promise<UploadView | null> {
  const upload = await db.select().from(uploads).where(inWorkspace(workspaceId, id)).get();
  if (!upload) return null;
  const parts = await db
    .select({ part: uploadParts.part, bytes: uploadParts.bytes })
    .from(uploadParts)
    .where(eq(uploadParts.upload_id, id))
    .orderBy(asc(uploadParts.part));
  return { ...upload, parts };
}

/** Notes that a part is stored; again for the same part replaces what was noted. `upload` was found in its workspace. */
export async function putPart(db: Database, upload: Upload, part: number, bytes: number): Promise<void> {
  await db
    .insert(uploadParts)
    .values({ upload_id: upload.id, part, bytes })
    .onConflictDoUpdate({ target: [uploadParts.upload_id, uploadParts.part], set: { bytes: sql`excluded.bytes` } });
}

/** The parts were joined into one file. */
export async function completeUpload(
  db: Database,
  workspaceId: string,
  id: string,
  file: { file_key: string; bytes: number },
): Promise<void> {
  await db
    .update(uploads)
    .set({ status: "complete", ...file })
    .where(inWorkspace(workspaceId, id));
}

/** Some of the uploads of the installation that were begun before a time, for the sweep. */
export async function uploadsBefore(db: Database, time: number, limit: number): Promise<Upload[]> {
  return await db.select().from(uploads).where(lt(uploads.created_at, time)).limit(limit);
}

/** Deletes an upload and what is noted of its parts. */
export async function deleteUpload(db: Database, workspaceId: string, id: string): Promise<void> {
  await db.delete(uploads).where(inWorkspace(workspaceId, id));
}

function inWorkspace(workspaceId: string, id: string) {
  return and(eq(uploads.workspace_id, workspaceId), eq(uploads.id, id));
}
