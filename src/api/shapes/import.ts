import * as z from "zod";
import type { ImportView } from "../../control/repositories/imports.ts";
import { queued } from "../../ingest/importer/state.ts";
import type { ImportState } from "../../ingest/interface.ts";
import { rfc3339 } from "../time.ts";
import { Creator, Time } from "./common.ts";

export const IMPORT_MODES = ["upsert", "append", "replace"] as const;

export const ImportAnswer = z
  .object({
    id: z.string(),
    dataset_id: z.string(),
    file_name: z.string(),
    bytes: z.number().int(),
    mode: z.enum(IMPORT_MODES),
    status: z.enum(["queued", "running", "done", "failed", "cancelled"]),
    phase: z.string().nullable(),
    progress: z.number(),
    rows_read: z.number().int(),
    added: z.number().int(),
    updated: z.number().int(),
    unchanged: z.number().int(),
    removed: z.number().int(),
    rejected: z.number().int(),
    unfit_cells: z.record(z.string(), z.number().int()),
    notes: z.array(z.string()),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    created_at: Time,
    started_at: Time.nullable(),
    finished_at: Time.nullable(),
    created_by: Creator,
  })
  .meta({ id: "Import" });

/** An import as it is answered; `state` is the importer's, or its copy from the end, or null before it began. */
export function importAnswer(row: ImportView, state: ImportState | null): z.input<typeof ImportAnswer> {
  const { id, dataset_id, file_name, bytes, mode } = row;
  const { id: _, started_at, finished_at, notes, ...counts } = state ?? queued(id);
  return {
    ...{ id, dataset_id, file_name, bytes, mode },
    ...counts,
    notes: [...notes],
    created_at: rfc3339(row.created_at),
    started_at: rfc3339(started_at),
    finished_at: rfc3339(finished_at),
    created_by: row.creator,
  };
}
