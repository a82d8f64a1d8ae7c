import * as z from "zod";
import { findExport } from "../../control/repositories/exports.ts";
import type { FormatName } from "../../deliver/export/formats/index.ts";
import { chosenFields } from "../data/chosen-fields.ts";
import { beginExport, download, exportAnswer, needOwnExport, streamExport } from "../data/exports.ts";
import { needExposedSound } from "../data/exposed.ts";
import { liveState } from "../data/segment-states.ts";
import { route } from "../route.ts";
import { ExportAnswer, ExportInput } from "../shapes/export.ts";

/** Who accepts one of these and not JSON is streamed the members at once. */
const STREAMED: Readonly<Record<string, FormatName>> = { "application/x-ndjson": "ndjson", "text/csv": "csv" };

export const publicExportRoutes = [
  route({
    method: "post",
    path: "/api/v1/public/segments/{segment_id}/export",
    access: "key",
    scope: "segments:members:read",
    bucket: "members",
    summary:
      "Writes all members into a file (202, then GET the export); with `Accept: application/x-ndjson` or `text/csv` they are the answer itself.",
    body: ExportInput,
    status: 202,
    answer: ExportAnswer,
    problems: ["segment_computing", "unknown_field"],
    async handle({ env, db, params, body, request, now, principal }) {
      const { segment, dataset } = await needExposedSound(db, principal, params.segment_id);
      const fields = chosenFields(dataset, body.fields);
      const streamed = STREAMED[request.headers.get("accept")?.split(";")[0]?.trim() ?? ""];
      if (streamed) return streamExport(env, dataset, segment, streamed, fields);
      const { count: expected } = await liveState(env, db, dataset, segment);
      const asked = { format: body.format, fields, key_id: principal.key.id, expected };
      const row = await beginExport(env, db, dataset, segment, asked, now);
      const answer = await exportAnswer(env, request, row);
      return Response.json(answer, { status: 202, headers: { location: `/api/v1/public/exports/${row.id}` } });
    },
  }),
  route({
    method: "get",
    path: "/api/v1/public/exports/{export_id}",
    access: "key",
    scope: "segments:members:read",
    summary: "How an export stands; when it is done, the signed address of its file.",
    answer: ExportAnswer,
    async handle({ env, db, params, request, principal }) {
      const row = await findExport(db, principal.workspace.id, params.export_id);
      return exportAnswer(env, request, needOwnExport(row, principal.key.id));
    },
  }),
  route({
    method: "get",
    path: "/api/v1/public/exports/{export_id}/download",
    access: "public",
    summary: "The file of an export, for whoever has its signed address.",
    query: z.object({ signature: z.string().max(200).default("") }),
    raw_answer: "application/octet-stream",
    problems: ["invalid_signature", "export_expired"],
    async handle({ env, db, params, query, now }) {
      return download(env, db, params.export_id, query.signature, now);
    },
  }),
];
