import * as z from "zod";
import { findImport, listImports } from "../../control/repositories/imports.ts";
import { csvLine } from "../../platform/csv-line.ts";
import { mediaType, readJson } from "../body.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { needDataset } from "../data/dataset-view.ts";
import { importAnswerOf, importAnswers } from "../data/import-states.ts";
import { fileOfRequest, fileOfUpload, startImport } from "../data/start-import.ts";
import { streamOf } from "../data/stream-of.ts";
import type { Env } from "../env.ts";
import { invalidInput, notFound } from "../problems.ts";
import { type Call, route } from "../route.ts";
import { listOf, PageQuery } from "../shapes/common.ts";
import { IMPORT_MODES, ImportAnswer } from "../shapes/import.ts";

const Mode = z.enum(IMPORT_MODES);
const ImportQuery = z.object({
  mode: Mode.default("upsert"),
  confirm_removal: z.stringbool().default(false),
  file_name: z.string().trim().min(1).max(500).optional(),
});
const FromUpload = z.strictObject({
  upload_id: z.string().max(100),
  mode: Mode.default("upsert"),
  confirm_removal: z.boolean().default(false),
});
const ImportCursor = z.tuple([z.number().int(), z.string()]);
const BODY_LIMIT = 10_000;
const REJECTS_AT_ONCE = 1000;

async function needImport({ db, principal }: Pick<Call<string, "viewer">, "db" | "principal">, id: string) {
  const row = await findImport(db, principal.workspace.id, id);
  if (!row) throw notFound("import");
  return row;
}

export const importRoutes = [
  route({
    method: "post",
    path: "/api/v1/datasets/{dataset_id}/imports",
    access: "analyst",
    scope: "datasets:write",
    summary:
      "Imports a CSV file: its bytes (may be gzip), or as JSON the upload that holds it. 202 once it is on disk.",
    query: ImportQuery,
    raw_body: ["text/csv", "application/gzip", "application/octet-stream", "application/json"],
    status: 202,
    answer: ImportAnswer,
    problems: ["empty_file", "broken_gzip", "upload_open", "upload_used"],
    async handle(call) {
      const { env, db, params, query, request, principal } = call;
      const dataset = await needDataset(db, principal.workspace.id, params.dataset_id);
      if (mediaType(request) !== "application/json") {
        const file = await fileOfRequest(env, dataset, request, query.file_name);
        return startImport(call, dataset, file, query);
      }
      const parsed = FromUpload.safeParse(await readJson(request, BODY_LIMIT));
      if (!parsed.success) throw invalidInput(parsed.error, "body");
      const file = await fileOfUpload(call, dataset, parsed.data.upload_id);
      return startImport(call, dataset, file, parsed.data);
    },
  }),
  route({
    method: "get",
    path: "/api/v1/datasets/{dataset_id}/imports",
    access: "viewer",
    scope: "datasets:read",
    summary: "A dataset's imports, newest first.",
    query: PageQuery,
    answer: listOf(ImportAnswer),
    async handle({ env, db, params, query, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, params.dataset_id);
      const after = decodeCursor(query.cursor, ImportCursor);
      const page = { after, limit: query.limit + 1 };
      const rows = await listImports(db, principal.workspace.id, dataset.id, page);
      const shown = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? shown.at(-1) : undefined;
      const next_cursor = last ? encodeCursor([last.created_at, last.id]) : null;
      return { data: await importAnswers(env, shown), next_cursor };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/imports/{import_id}",
    access: "viewer",
    scope: "datasets:read",
    summary: "How far an import is, or how it ended.",
    answer: ImportAnswer,
    handle: async (call) => importAnswerOf(call.env, await needImport(call, call.params.import_id)),
  }),
  route({
    method: "post",
    path: "/api/v1/imports/{import_id}/cancel",
    access: "analyst",
    scope: "datasets:write",
    summary: "Stops an import. Rows that were written stay; a cancelled replace removes nothing.",
    answer: ImportAnswer,
    async handle(call) {
      const row = await needImport(call, call.params.import_id);
      if (row.final_state === null) await call.env.IMPORTER.getByName(row.dataset_id).cancel({ import_id: row.id });
      return importAnswerOf(call.env, await needImport(call, row.id));
    },
  }),
  route({
    method: "get",
    path: "/api/v1/imports/{import_id}/rejects",
    access: "viewer",
    scope: "datasets:read",
    summary: "The rejected rows as CSV: line, reason, the row as it stands in the file.",
    raw_answer: "text/csv",
    async handle(call) {
      const row = await needImport(call, call.params.import_id);
      const headers = {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="rejects-${row.id}.csv"`,
      };
      return new Response(rejectsCsv(call.env, row.dataset_id, row.id), { headers });
    },
  }),
];

/** Read page by page as the reader takes it: there may be millions. */
function rejectsCsv(env: Env, datasetId: string, importId: string): ReadableStream<Uint8Array> {
  const importer = env.IMPORTER.getByName(datasetId);
  const encoder = new TextEncoder();
  async function* lines() {
    yield encoder.encode(csvLine(["line", "reason", "row"]));
    for (let after = 0, done = false; !done; ) {
      const page = await importer.rejects({ import_id: importId, after, limit: REJECTS_AT_ONCE });
      const text = page.rows.map((row) => csvLine([String(row.line), row.reason, row.row])).join("");
      if (text) yield encoder.encode(text);
      ({ last: after, done } = page);
    }
  }
  return streamOf(lines());
}
