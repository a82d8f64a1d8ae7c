/** Puts a file into the bucket and its import into the importer's queue. */
import type * as z from "zod";
import type { Dataset } from "../../control/repositories/datasets.ts";
import { insertImport } from "../../control/repositories/imports.ts";
import { findUpload } from "../../control/repositories/uploads.ts";
import { normaliseUpload } from "../../ingest/csv/index.ts";
import type { ImportMode } from "../../ingest/interface.ts";
import { newId } from "../../platform/ids.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import type { Call } from "../route.ts";
import { type ImportAnswer, importAnswer } from "../shapes/import.ts";
import { storeStream } from "./files.ts";
import type { StoredFile } from "./join-parts.ts";

interface ImportFile extends StoredFile {
  readonly import_id: string;
  readonly file_name: string;
}

/** Stores the request's body, unpacked and in an encoding that importers read. 422 `empty_file`. */
export async function fileOfRequest(
  env: Env,
  dataset: Dataset,
  request: Request,
  fileName: string | undefined,
): Promise<ImportFile> {
  const import_id = newId("imp");
  const file_key = `ws/${dataset.workspace_id}/imports/${dataset.id}/${import_id}.csv`;
  const body = request.body;
  const bytes = body ? await storeStream(env.FILES, file_key, normaliseUpload(body)) : 0;
  if (bytes > 0) return { import_id, file_key, bytes, file_name: fileName ?? "upload.csv" };
  if (body) await env.FILES.delete(file_key);
  throw problem(
    422,
    "empty_file",
    "The body is empty. Send the CSV file's bytes, its first line the names of the fields.",
  );
}

/** The file of a completed upload. 404 `upload_not_found`, 409 `upload_open`, 409 `upload_used`. */
export async function fileOfUpload(
  { env, db }: Pick<Call, "env" | "db">,
  dataset: Dataset,
  uploadId: string,
): Promise<ImportFile> {
  const upload = await findUpload(db, dataset.workspace_id, uploadId);
  if (!upload) throw notFound("upload");
  if (upload.file_key === null) {
    throw problem(409, "upload_open", "Complete the upload first; then its file can be imported.", {
      path: "upload_id",
    });
  }
  const { file_key, bytes, file_name } = upload;
  if (!(await env.FILES.head(file_key))) {
    throw problem(409, "upload_used", "This upload was imported already. Send the file again.", { path: "upload_id" });
  }
  return { import_id: newId("imp"), file_key, bytes: bytes ?? 0, file_name };
}

/**
 * Notes the import and hands it to the importer. Should the program end between the two, the minute job hands
 * over what is noted and unknown there.
 */
export async function startImport(
  call: Pick<Call<string, "analyst">, "env" | "db" | "now" | "principal">,
  dataset: Dataset,
  file: ImportFile,
  how: { mode: ImportMode; confirm_removal: boolean },
): Promise<z.input<typeof ImportAnswer>> {
  const { env, db, now, principal } = call;
  const { import_id, file_key, bytes, file_name } = file;
  const { mode, confirm_removal } = how;
  const row = {
    ...{ id: import_id, workspace_id: dataset.workspace_id, dataset_id: dataset.id, file_name, bytes, file_key },
    ...{ mode, confirm_removal, created_at: now, created_by: principal.user.id },
  };
  await insertImport(db, row);
  const importer = env.IMPORTER.getByName(dataset.id);
  await importer.enqueue({ dataset_id: dataset.id, import_id, file_key, bytes, mode, confirm_removal });
  const creator = { id: principal.user.id, email: principal.user.email };
  return importAnswer({ ...row, final_state: null, creator }, await importer.state({ import_id }));
}
