/** From an upload's parts to one file, in the form in which importers read it. */
import type { Database } from "../../control/database.ts";
import { completeUpload, type Upload, type UploadView } from "../../control/repositories/uploads.ts";
import { normaliseUpload } from "../../ingest/csv/index.ts";
import type { Env } from "../env.ts";
import { problem } from "../problems.ts";
import { storeStream } from "./files.ts";
import { streamOf } from "./stream-of.ts";

export interface StoredFile {
  readonly file_key: string;
  readonly bytes: number;
}

export function partKey(upload: Upload, part: number): string {
  return `${uploadFolder(upload)}/part-${part}`;
}

/** Where an upload's files are. */
export function uploadFolder(upload: Upload): string {
  return `ws/${upload.workspace_id}/uploads/${upload.id}`;
}

/** Whether a file came in parts. */
export function isUploaded(fileKey: string): boolean {
  return /^ws\/[^/]+\/uploads\//.test(fileKey);
}

/** Joins, unpacks and stores; the same file when it was joined before. 409 `missing_parts`, `size_mismatch`. */
export async function joinParts(env: Env, db: Database, upload: UploadView): Promise<StoredFile> {
  if (upload.status === "complete" && upload.file_key !== null) {
    return { file_key: upload.file_key, bytes: upload.bytes ?? 0 };
  }
  checkComplete(upload);
  const file_key = `${uploadFolder(upload)}/file.csv`;
  const bytes = await storeStream(env.FILES, file_key, normaliseUpload(joined(env, upload)));
  await completeUpload(db, upload.workspace_id, upload.id, { file_key, bytes });
  await env.FILES.delete(upload.parts.map(({ part }) => partKey(upload, part)));
  return { file_key, bytes };
}

function checkComplete(upload: UploadView): void {
  const last = upload.parts.at(-1)?.part ?? 1;
  const there = new Set(upload.parts.map(({ part }) => part));
  const missing = Array.from({ length: last }, (_, n) => n + 1).filter((part) => !there.has(part));
  if (missing.length > 0) {
    const detail = `Parts ${missing.slice(0, 20).join(", ")} have not arrived. Send them, then complete the upload again.`;
    throw problem(409, "missing_parts", detail, { facts: { missing } });
  }
  const actual = upload.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (upload.bytes === null || upload.bytes === actual) return;
  const detail = `The file was to have ${upload.bytes} bytes, its parts have ${actual}. Send the missing or wrong parts.`;
  throw problem(409, "size_mismatch", detail, { facts: { expected: upload.bytes, actual } });
}

/** One part after the other, opened when its turn comes. */
function joined(env: Env, upload: UploadView): ReadableStream<Uint8Array> {
  return streamOf(chunks(env, upload));
}

async function* chunks(env: Env, upload: UploadView): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { part } of upload.parts) {
    const stored = await env.FILES.get(partKey(upload, part));
    if (!stored) throw problem(409, "missing_parts", `Part ${part} is not there any more. Send it again.`);
    yield* stored.body;
  }
}
