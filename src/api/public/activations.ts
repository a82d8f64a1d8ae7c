import * as z from "zod";
import { findDestination } from "../../control/repositories/destinations.ts";
import { listSyncs, type Sync } from "../../control/repositories/syncs.ts";
import { idPage, shownOf } from "../cursor.ts";
import { needExposed } from "../data/exposed.ts";
import { type Call, route } from "../route.ts";
import { listOf, PageQuery, Time } from "../shapes/common.ts";
import { rfc3339 } from "../time.ts";

const Activation = z
  .object({
    sync_id: z.string(),
    segment_id: z.string(),
    destination_id: z.string(),
    platform: z.string(),
    status: z.enum(["starting", "in_sync", "syncing", "retrying", "paused", "failed"]),
    audience_size: z.number().int(),
    /** Changes that are not there yet. */
    waiting: z.number().int(),
    last_synced_at: Time.nullable(),
    next_attempt_at: Time.nullable(),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  })
  .meta({ id: "Activation" });

type KeyCall = Pick<Call<string, "key">, "env" | "db" | "principal">;

async function view({ env, db, principal }: KeyCall, sync: Sync): Promise<z.input<typeof Activation>> {
  const [state, destination] = await Promise.all([
    env.SYNC.getByName(sync.id).state(),
    findDestination(db, principal.workspace.id, sync.destination_id),
  ]);
  const { status, audience_size, waiting, error } = state;
  return {
    ...{ sync_id: sync.id, segment_id: sync.segment_id, destination_id: sync.destination_id },
    ...{ platform: destination?.type ?? "", status, audience_size, waiting, error },
    last_synced_at: rfc3339(state.last_synced_at),
    next_attempt_at: rfc3339(state.next_attempt_at),
  };
}

export const publicActivationRoutes = [
  route({
    method: "get",
    path: "/api/v1/public/segments/{segment_id}/activations",
    access: "key",
    scope: "activations:read",
    bucket: "activations",
    summary: "The ad accounts that the segment is kept in step with, and how each stands.",
    query: PageQuery,
    answer: listOf(Activation),
    problems: ["invalid_cursor"],
    async handle(call) {
      const { db, params, query, principal } = call;
      const { segment } = await needExposed(db, principal, params.segment_id);
      const rows = await listSyncs(db, principal.workspace.id, { segment_id: segment.id }, idPage(query));
      const { shown, next_cursor } = shownOf(rows, query.limit);
      return { data: await Promise.all(shown.map((sync) => view(call, sync))), next_cursor };
    },
  }),
];
