import * as z from "zod";
import type { Database } from "../../control/database.ts";
import { findUpload, insertUpload, putPart, type UploadView } from "../../control/repositories/uploads.ts";
import type { InspectionState } from "../../ingest/interface.ts";
import { newId } from "../../platform/ids.ts";
import { storeStream } from "../data/files.ts";
import { joinParts, partKey } from "../data/join-parts.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import { route } from "../route.ts";
import { FIELD_TYPES } from "../shapes/common.ts";

/** What the page cuts files into: quick to repeat, few to count. */
const PART_BYTES = 16 * 1024 * 1024;
/** What one request may carry on Cloudflare. */
const PART_BYTES_MAX = 95 * 1024 * 1024;
const PARTS_MAX = 10_000;

const InspectionAnswer = z
  .object({
    encoding: z.string(),
    delimiter: z.string(),
    rows: z.number().int(),
    bytes: z.number().int(),
    partial: z.boolean(),
    fields: z.array(
      z.object({
        name: z.string(),
        type: z.enum(FIELD_TYPES),
        format: z.string().nullable(),
        empty: z.number().int(),
        distinct_at_least: z.number().int(),
        note: z.string().nullable(),
      }),
    ),
    key_candidates: z.array(z.string()),
    sample: z.array(z.array(z.string())),
    notes: z.array(z.string()),
  })
  .meta({ id: "Inspection" });

const Failure = z.object({ code: z.string(), detail: z.string() });
const PartAnswer = z.object({ part: z.number().int(), bytes: z.number().int() });
const UploadAnswer = z
  .object({
    id: z.string(),
    file_name: z.string(),
    parts: z.array(PartAnswer),
    status: z.enum(["open", "complete"]),
    inspection: InspectionAnswer.nullable(),
    error: Failure.nullable(),
  })
  .meta({ id: "Upload" });

async function needUpload(db: Database, workspaceId: string, id: string): Promise<UploadView> {
  const upload = await findUpload(db, workspaceId, id);
  if (!upload) throw notFound("upload");
  return upload;
}

async function inspectionOf(env: Env, upload: UploadView): Promise<InspectionState | null> {
  if (upload.status !== "complete") return null;
  return env.IMPORTER.getByName(upload.id).inspection({ upload_id: upload.id });
}

async function answer(env: Env, upload: UploadView) {
  const state = await inspectionOf(env, upload);
  const { id, file_name, parts, status } = upload;
  return { id, file_name, parts, status, inspection: state?.inspection ?? null, error: state?.error ?? null };
}

function partNumber(text: string): number {
  const part = Number(text);
  if (/^\d+$/.test(text) && part >= 1 && part <= PARTS_MAX) return part;
  throw problem(422, "invalid_request", `A part's number is 1 to ${PARTS_MAX}; this is ${text}.`, { path: "part" });
}

export const uploadRoutes = [
  route({
    method: "post",
    path: "/api/v1/uploads",
    access: "analyst",
    scope: "datasets:write",
    summary: "Begins a file that goes up in parts.",
    body: z.strictObject({ file_name: z.string().trim().min(1).max(500), bytes: z.number().int().min(0).optional() }),
    status: 201,
    answer: z.object({ id: z.string(), part_bytes: z.number().int() }),
    async handle({ db, body, now, principal }) {
      const id = newId("upl");
      await insertUpload(db, {
        ...{ id, workspace_id: principal.workspace.id, file_name: body.file_name, bytes: body.bytes ?? null },
        ...{ status: "open", file_key: null, created_at: now, created_by: principal.user.id },
      });
      return { id, part_bytes: PART_BYTES };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/uploads/{upload_id}",
    access: "analyst",
    scope: "datasets:write",
    summary: "Which parts have arrived, and what the file looks like once it is complete.",
    answer: UploadAnswer,
    handle: async ({ env, db, params, principal }) =>
      answer(env, await needUpload(db, principal.workspace.id, params.upload_id)),
  }),
  route({
    method: "put",
    path: "/api/v1/uploads/{upload_id}/parts/{part}",
    access: "analyst",
    scope: "datasets:write",
    summary: "One part's bytes, from 1, in any order, repeatable.",
    raw_body: ["application/octet-stream"],
    answer: PartAnswer,
    problems: ["upload_complete", "body_too_large"],
    async handle({ env, db, params, request, principal }) {
      const upload = await needUpload(db, principal.workspace.id, params.upload_id);
      if (upload.status === "complete") {
        throw problem(409, "upload_complete", "This upload is complete. Begin a new one to send another file.");
      }
      const part = partNumber(params.part);
      const bytes = await storeStream(env.FILES, partKey(upload, part), bodyOf(request), PART_BYTES_MAX);
      await putPart(db, upload, part, bytes);
      return { part, bytes };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/uploads/{upload_id}/complete",
    access: "analyst",
    scope: "datasets:write",
    summary: "Joins the parts; the look at the file begins. Repeating it changes nothing.",
    status: 202,
    answer: UploadAnswer,
    problems: ["missing_parts", "broken_gzip"],
    async handle({ env, db, params, principal }) {
      const upload = await needUpload(db, principal.workspace.id, params.upload_id);
      const file = await joinParts(env, db, upload);
      await env.IMPORTER.getByName(upload.id).inspect({ upload_id: upload.id, ...file });
      return answer(env, await needUpload(db, principal.workspace.id, upload.id));
    },
  }),
  route({
    method: "get",
    path: "/api/v1/uploads/{upload_id}/inspection",
    access: "analyst",
    scope: "datasets:write",
    summary: "How far the look at the file is, and what it saw.",
    answer: z.object({
      status: z.enum(["running", "done", "failed"]),
      progress: z.number(),
      inspection: InspectionAnswer.nullable(),
      error: Failure.nullable(),
    }),
    problems: ["upload_open"],
    async handle({ env, db, params, principal }) {
      const upload = await needUpload(db, principal.workspace.id, params.upload_id);
      const state = await inspectionOf(env, upload);
      if (state) return state;
      throw problem(409, "upload_open", "Complete the upload first; then it is looked at.");
    },
  }),
];

function bodyOf(request: Request): ReadableStream<Uint8Array> {
  return request.body ?? new Blob([]).stream();
}
