/** Exports of a segment's members: begun, looked at, downloaded by a signed address, or streamed at once. */

import type * as z from "zod";
import { sameHash } from "../../control/auth/key-tokens.ts";
import { derivedToken } from "../../control/auth/tokens.ts";
import type { Database } from "../../control/database.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import { type Export, findExportById, insertExport } from "../../control/repositories/exports.ts";
import type { Segment } from "../../control/repositories/segments.ts";
import { type ExportColumns, FORMATS, type FormatName } from "../../deliver/export/formats/index.ts";
import type { ExportState } from "../../deliver/export/interface.ts";
import { BEGINNING, type ExportPlace, exportPage } from "../../deliver/export/pages.ts";
import type { Field } from "../../engine/index.ts";
import { newId } from "../../platform/ids.ts";
import { ProblemError } from "../../platform/problem.ts";
import { type Env, publicUrl } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import type { ExportAnswer } from "../shapes/export.ts";
import { rfc3339 } from "../time.ts";
import { shardNumber } from "./shards.ts";
import { streamOf } from "./stream-of.ts";

/** So long a file is kept. */
const KEPT_MS = 24 * 3_600_000;

interface Asked {
  readonly format: FormatName;
  readonly fields: readonly Field[];
  readonly key_id: string;
  /** Members now. */
  readonly expected: number;
}

export async function beginExport(
  env: Env,
  db: Database,
  dataset: Dataset,
  segment: Segment,
  { format, fields, key_id, expected }: Asked,
  now: number,
): Promise<Export> {
  const id = newId("exp");
  const expires_at = now + KEPT_MS;
  const { workspace_id } = segment;
  const row = {
    ...{ id, workspace_id, segment_id: segment.id, key_id, format, fields: fields.map(({ name }) => name) },
    ...{ created_at: now, expires_at },
  };
  // The row first: whoever has the id may ask, and an export that nobody knows of would leave a file behind.
  await insertExport(db, row);
  await env.EXPORT.getByName(id).begin({
    ...{ dataset_id: dataset.id, shard_count: dataset.shard_count, catalogue_version: dataset.catalogue_version },
    ...{ segment_id: segment.id, format, columns: columnsOf(dataset, fields), expected, expires_at },
    file_key: fileKey(row),
  });
  return row;
}

const fileKey = ({ id, workspace_id }: Pick<Export, "id" | "workspace_id">) => `ws/${workspace_id}/exports/${id}`;

export function columnsOf(dataset: Dataset, fields: readonly Field[]): ExportColumns {
  const key = dataset.key_field ?? "key";
  const columns = fields.map(({ id, name, type }) => ({ id, name, type }));
  return { fields: columns, key, key_at: columns.findIndex(({ name }) => name === dataset.key_field) };
}

const NOT_BEGUN: ExportState = { status: "queued", progress: 0, rows: 0, bytes: 0, finished_at: null, error: null };

export async function exportAnswer(env: Env, request: Request, row: Export): Promise<z.input<typeof ExportAnswer>> {
  const state = (await env.EXPORT.getByName(row.id).state()) ?? NOT_BEGUN;
  const { id, segment_id, fields, created_at, expires_at } = row;
  const { status, progress, rows, bytes, finished_at } = state;
  const error = state.error && { code: state.error.code, detail: state.error.detail };
  return {
    ...{ id, segment_id, format: row.format as FormatName, fields: [...fields], status, progress, rows, bytes, error },
    download_url: status === "done" ? await downloadUrl(env, request, row) : null,
    created_at: rfc3339(created_at),
    finished_at: rfc3339(finished_at),
    expires_at: rfc3339(expires_at),
  };
}

async function downloadUrl(env: Env, request: Request, row: Export): Promise<string> {
  const signature = await signatureOf(env, row);
  return `${publicUrl(env, request)}/api/v1/public/exports/${row.id}/download?signature=${signature}`;
}

function signatureOf(env: Env, { id, expires_at }: Export): Promise<string> {
  return derivedToken(env.SECRET, `download of ${id} until ${expires_at}`);
}

/** The file, for whoever has the signed address. */
export async function download(env: Env, db: Database, id: string, signature: string, now: number): Promise<Response> {
  const row = await findExportById(db, id);
  const expected = await signatureOf(env, row ?? { ...NOBODYS, id });
  if (!row || !sameHash(signature, expected)) {
    const detail = "This address is not one that the program signed. Take it from the export's download_url.";
    throw problem(403, "invalid_signature", detail);
  }
  const file = row.expires_at > now ? await env.FILES.get(fileKey(row)) : null;
  if (!file) throw problem(410, "export_expired", "The export has expired and its file is deleted. Ask for a new one.");
  const { media_type, extension } = FORMATS[row.format as FormatName];
  const disposition = `attachment; filename="${row.segment_id}.${extension}"`;
  return new Response(file.body, {
    headers: { "content-type": media_type, "content-length": String(file.size), "content-disposition": disposition },
  });
}

const NOBODYS: Export = {
  ...{ id: "", workspace_id: "", segment_id: "", key_id: "", format: "csv", fields: [], created_at: 0, expires_at: 0 },
};

/** All members as the answer's body, made as it is read. */
export async function streamExport(
  env: Env,
  dataset: Dataset,
  segment: Segment,
  format: FormatName,
  fields: readonly Field[],
): Promise<Response> {
  const columns = columnsOf(dataset, fields);
  const page = async (place: ExportPlace) => {
    const read = (shard: number, after: number, limit: number) =>
      shardNumber(env, dataset.id, shard).members({
        ...{ version: dataset.catalogue_version, segment_id: segment.id, after, limit },
        fields: fields.map(({ id }) => id),
      });
    const answer = await exportPage(format, columns, dataset.shard_count, place, read);
    if (!answer.ok) throw new ProblemError(answer.problem);
    return answer.value;
  };
  // A problem is answered as such as long as nothing was sent.
  const first = await page(BEGINNING);
  async function* texts(): AsyncGenerator<Uint8Array, void, undefined> {
    const encoder = new TextEncoder();
    yield encoder.encode(first.text);
    for (let place = first.next; place !== null; ) {
      const { text, next } = await page(place);
      yield encoder.encode(text);
      place = next;
    }
  }
  return new Response(streamOf(texts()), { headers: { "content-type": FORMATS[format].media_type } });
}

/** A key sees the exports that it asked for. */
export function needOwnExport(row: Export | null, keyId: string): Export {
  if (!row || row.key_id !== keyId) throw notFound("export");
  return row;
}
