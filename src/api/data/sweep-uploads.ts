/** Deletes uploads that nobody needs any more: begun and left, or imported long ago. */
import type { Database } from "../../control/database.ts";
import { deleteUpload, uploadsBefore } from "../../control/repositories/uploads.ts";
import type { Env } from "../env.ts";
import { deleteFiles } from "./files.ts";
import { uploadFolder } from "./join-parts.ts";

const KEPT_MS = 7 * 24 * 3_600_000;
const AT_ONCE = 20;

/** For every minute: a few at a time, files first, so that nothing is left behind. */
export async function sweepUploads(env: Pick<Env, "FILES">, db: Database, now: number): Promise<void> {
  for (const upload of await uploadsBefore(db, now - KEPT_MS, AT_ONCE)) {
    await deleteFiles(env.FILES, `${uploadFolder(upload)}/`);
    await deleteUpload(db, upload.workspace_id, upload.id);
  }
}
