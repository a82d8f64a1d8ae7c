import * as z from "zod";
import { FORMAT_NAMES } from "../../deliver/export/formats/index.ts";
import { Time } from "./common.ts";

export const ExportInput = z.strictObject({
  format: z.enum(FORMAT_NAMES).default("csv"),
  fields: z.array(z.string().max(500)).max(2_000).optional(),
});

export const ExportAnswer = z
  .object({
    id: z.string(),
    segment_id: z.string(),
    format: z.enum(FORMAT_NAMES),
    fields: z.array(z.string()),
    status: z.enum(["queued", "running", "done", "failed", "expired"]),
    progress: z.number(),
    rows: z.number().int(),
    bytes: z.number().int(),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    /** Signed: it needs no key. Null unless the export is done. */
    download_url: z.string().nullable(),
    created_at: Time,
    finished_at: Time.nullable(),
    expires_at: Time,
  })
  .meta({ id: "Export" });
