import * as z from "zod";
import { listSyncs, type Sync } from "../../control/repositories/syncs.ts";
import { decodeCursor, encodeCursor, idPage, shownOf } from "../cursor.ts";
import { authorOf } from "../data/write-segment.ts";
import { createSync, deleteSync, needSync } from "../data/write-sync.ts";
import type { Env } from "../env.ts";
import { notFound } from "../problems.ts";
import { route } from "../route.ts";
import { listOf, PageQuery } from "../shapes/common.ts";
import { NewSync, RunAnswer, RunResultAnswer, runAnswer, SyncAnswer, syncAnswer } from "../shapes/sync.ts";

const RowCursor = z.tuple([z.string().regex(/^\d{1,15}$/)]);

async function view(env: Env, sync: Sync): Promise<z.input<typeof SyncAnswer>> {
  return syncAnswer(sync, await env.SYNC.getByName(sync.id).state());
}

function wrap(cursor: string | null): string | null {
  return cursor === null ? null : encodeCursor([cursor]);
}

export const syncRoutes = [
  route({
    method: "get",
    path: "/api/v1/syncs",
    access: "viewer",
    scope: "activations:read",
    bucket: "activations",
    summary: "The workspace's syncs and how they stand.",
    query: PageQuery.extend({
      segment_id: z.string().max(100).optional(),
      destination_id: z.string().max(100).optional(),
    }),
    answer: listOf(SyncAnswer),
    problems: ["invalid_cursor"],
    async handle({ env, db, query, principal }) {
      const rows = await listSyncs(db, principal.workspace.id, query, idPage(query));
      const { shown, next_cursor } = shownOf(rows, query.limit);
      return { data: await Promise.all(shown.map((sync) => view(env, sync))), next_cursor };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/syncs",
    access: "admin",
    summary: "Keeps a segment in step with an audience of a destination, from now on.",
    body: NewSync,
    status: 201,
    answer: SyncAnswer,
    problems: [
      "segment_not_found",
      "destination_not_found",
      "mapping_incomplete",
      "unknown_target",
      "unknown_field",
      "sync_exists",
    ],
    async handle(call) {
      return view(call.env, await createSync(authorOf(call), call.body));
    },
  }),
  route({
    method: "get",
    path: "/api/v1/syncs/{sync_id}",
    access: "viewer",
    scope: "activations:read",
    bucket: "activations",
    summary: "One sync and how it stands.",
    answer: SyncAnswer,
    async handle({ env, db, params, principal }) {
      return view(env, await needSync(db, principal.workspace.id, params.sync_id));
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/syncs/{sync_id}",
    access: "admin",
    summary: "Ends a sync; what it sent is withdrawn from the destination.",
    async handle(call) {
      const author = authorOf(call);
      await deleteSync(author, await needSync(call.db, author.workspace_id, call.params.sync_id));
      return undefined;
    },
  }),
  route({
    method: "post",
    path: "/api/v1/syncs/{sync_id}/pause",
    access: "admin",
    summary: "Stops sending until it is resumed. Nothing is lost meanwhile.",
    answer: SyncAnswer,
    async handle({ env, db, params, principal }) {
      const sync = await needSync(db, principal.workspace.id, params.sync_id);
      await env.SYNC.getByName(sync.id).pause();
      return view(env, sync);
    },
  }),
  route({
    method: "post",
    path: "/api/v1/syncs/{sync_id}/resume",
    access: "admin",
    summary: "Goes on after a pause or a failure; agrees to a removal that waits for it.",
    answer: SyncAnswer,
    async handle({ env, db, params, principal }) {
      const sync = await needSync(db, principal.workspace.id, params.sync_id);
      await env.SYNC.getByName(sync.id).resume();
      return view(env, sync);
    },
  }),
  route({
    method: "get",
    path: "/api/v1/syncs/{sync_id}/runs",
    access: "viewer",
    scope: "activations:read",
    bucket: "activations",
    summary: "What was sent and when, newest first.",
    query: PageQuery,
    answer: listOf(RunAnswer),
    problems: ["invalid_cursor"],
    async handle({ env, db, params, query, principal }) {
      const sync = await needSync(db, principal.workspace.id, params.sync_id);
      const cursor = decodeCursor(query.cursor, RowCursor)?.[0] ?? null;
      const { data, next_cursor } = await env.SYNC.getByName(sync.id).runs({ cursor, limit: query.limit });
      return { data: data.map(runAnswer), next_cursor: wrap(next_cursor) };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/syncs/{sync_id}/runs/{run_id}/results",
    access: "viewer",
    scope: "activations:read",
    bucket: "activations",
    summary: "What became of each record in a run.",
    query: PageQuery,
    answer: listOf(RunResultAnswer),
    problems: ["invalid_cursor", "run_not_found"],
    async handle({ env, db, params, query, principal }) {
      const sync = await needSync(db, principal.workspace.id, params.sync_id);
      const cursor = decodeCursor(query.cursor, RowCursor)?.[0] ?? null;
      const request = { run_id: params.run_id, cursor, limit: query.limit };
      const page = await env.SYNC.getByName(sync.id).results(request);
      if (!page) throw notFound("run");
      return { data: page.data, next_cursor: wrap(page.next_cursor) };
    },
  }),
];
