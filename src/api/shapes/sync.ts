import * as z from "zod";
import type { Sync } from "../../control/repositories/syncs.ts";
import type { RunState, SyncState } from "../../deliver/interface.ts";
import { rfc3339 } from "../time.ts";
import { Time } from "./common.ts";

const Mapping = z.record(z.string().max(100), z.string().max(500)).meta({ example: { email: "E-mail" } });

export const NewSync = z.strictObject({
  segment_id: z.string().max(100),
  destination_id: z.string().max(100),
  mapping: Mapping,
});
export type NewSync = z.output<typeof NewSync>;

export const SyncAnswer = z
  .object({
    id: z.string(),
    segment_id: z.string(),
    destination_id: z.string(),
    mapping: Mapping,
    status: z.enum(["starting", "in_sync", "syncing", "retrying", "paused", "failed"]),
    audience_size: z.number().int(),
    waiting: z.number().int(),
    last_synced_at: Time.nullable(),
    next_attempt_at: Time.nullable(),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    created_at: Time,
  })
  .meta({ id: "Sync" });

export const RunAnswer = z
  .object({
    id: z.string(),
    status: z.enum(["running", "succeeded", "partly", "failed"]),
    started_at: Time,
    finished_at: Time.nullable(),
    added: z.number().int(),
    removed: z.number().int(),
    rejected: z.number().int(),
    attempts: z.number().int(),
    error: z.string().nullable(),
  })
  .meta({ id: "SyncRun" });

export const RunResultAnswer = z.object({
  key: z.string(),
  action: z.enum(["add", "remove"]),
  status: z.enum(["accepted", "rejected"]),
  reason: z.string().nullable(),
});

/** A sync as it is answered; `state` is what its object says of it. */
export function syncAnswer(sync: Sync, state: SyncState): z.input<typeof SyncAnswer> {
  const { id, segment_id, destination_id, created_at } = sync;
  const { status, audience_size, waiting, error } = state;
  return {
    ...{ id, segment_id, destination_id, status, audience_size, waiting, error },
    mapping: { ...sync.mapping },
    last_synced_at: rfc3339(state.last_synced_at),
    next_attempt_at: rfc3339(state.next_attempt_at),
    created_at: rfc3339(created_at),
  };
}

export function runAnswer(run: RunState): z.input<typeof RunAnswer> {
  return { ...run, started_at: rfc3339(run.started_at), finished_at: rfc3339(run.finished_at) };
}
