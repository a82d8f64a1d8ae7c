import * as z from "zod";
import { joinScope } from "../../control/repositories/api-keys.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { needExposed } from "../data/exposed.ts";
import { segmentPage } from "../data/segment-list.ts";
import { liveState } from "../data/segment-states.ts";
import { authorOf, changeSegment, createSegment, deleteSegment } from "../data/write-segment.ts";
import { entityTag, expectedVersion, unlessKnown } from "../etag.ts";
import { type Call, route } from "../route.ts";
import { listOf, Name, PageQuery } from "../shapes/common.ts";
import { PublicSegment, PublicSegmentBrief, publicBrief, publicSegment } from "../shapes/public-segment.ts";
import { Description, QueryInput, Tags } from "../shapes/segment-input.ts";

const Cursor = z.tuple([z.string(), z.string()]);

type KeyCall = Pick<Call<string, "key">, "env" | "db" | "now" | "principal">;

/** The segment as it is, with the tag of its version and of its count. */
async function view({ env, db, principal }: KeyCall, id: string) {
  const { segment, dataset } = await needExposed(db, principal, id);
  const live = await liveState(env, db, dataset, segment);
  const tag = entityTag(segment.version, segment.updated_at, live.status, live.count, live.computed_at);
  return { answer: publicSegment(segment, live), tag };
}

export const publicSegmentRoutes = [
  route({
    method: "get",
    path: "/api/v1/public/segments",
    access: "key",
    scope: "segments:read",
    summary: "The segments that the key sees, by name, with their counts.",
    query: PageQuery.extend({
      dataset_id: z.string().max(100).optional(),
      search: z.string().max(200).optional(),
      tag: z.string().max(60).optional(),
    }),
    answer: listOf(PublicSegmentBrief),
    problems: ["invalid_cursor"],
    async handle({ env, db, query, principal }) {
      const after = decodeCursor(query.cursor, Cursor);
      const shown = { exposed_to: principal.key, sort: "name", after } as const;
      const { data, next } = await segmentPage(env, db, principal.workspace.id, { ...query, ...shown });
      return {
        data: data.map(({ segment, live }) => publicBrief(segment, live)),
        next_cursor: next && encodeCursor(next),
      };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/public/segments",
    access: "key",
    scope: "segments:write",
    summary: "Makes a segment that the API shows. It joins the scope of its key.",
    body: z.strictObject({
      dataset_id: z.string().max(100),
      name: Name,
      query: QueryInput,
      description: Description.default(""),
      tags: Tags.default([]),
    }),
    status: 201,
    answer: PublicSegment,
    problems: ["name_taken", "dataset_not_found", "malformed_query", "unknown_field"],
    async handle(call) {
      const { db, principal, body } = call;
      const id = await createSegment(authorOf(call), { ...body, api_exposed: true });
      const joined = await joinScope(db, principal, id);
      const { answer, tag } = await view({ ...call, principal: joined }, id);
      return Response.json(answer, {
        status: 201,
        headers: { etag: tag, location: `/api/v1/public/segments/${id}` },
      });
    },
  }),
  route({
    method: "get",
    path: "/api/v1/public/segments/{segment_id}",
    access: "key",
    scope: "segments:read",
    summary: "One segment: its definition as JSON and in words, and its count.",
    answer: PublicSegment,
    async handle(call) {
      const { answer, tag } = await view(call, call.params.segment_id);
      return unlessKnown(call.request, tag, answer);
    },
  }),
  route({
    method: "patch",
    path: "/api/v1/public/segments/{segment_id}",
    access: "key",
    scope: "segments:write",
    summary: "Changes a segment. A new query is a new version. If-Match guards against lost edits.",
    body: z.strictObject({
      name: Name.optional(),
      query: QueryInput.optional(),
      description: Description.optional(),
      tags: Tags.optional(),
    }),
    answer: PublicSegment,
    problems: ["name_taken", "version_mismatch"],
    async handle(call) {
      const { db, params, body, request, principal } = call;
      const { segment } = await needExposed(db, principal, params.segment_id);
      await changeSegment(authorOf(call), segment, body, expectedVersion(request));
      const { answer, tag } = await view(call, segment.id);
      return Response.json(answer, { headers: { etag: tag } });
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/public/segments/{segment_id}",
    access: "key",
    scope: "segments:delete",
    summary: "Deletes a segment that nothing uses.",
    problems: ["segment_in_use"],
    async handle(call) {
      const { segment } = await needExposed(call.db, call.principal, call.params.segment_id);
      await deleteSegment(authorOf(call), segment);
      return undefined;
    },
  }),
  route({
    method: "get",
    path: "/api/v1/public/segments/{segment_id}/count",
    access: "key",
    scope: "segments:read",
    summary: "How many members it has: the truth as of now.",
    answer: z.object({ count: z.number().int(), computed_at: z.string().nullable() }),
    async handle(call) {
      const { answer, tag } = await view(call, call.params.segment_id);
      return unlessKnown(call.request, tag, { count: answer.member_count, computed_at: answer.computed_at });
    },
  }),
];
