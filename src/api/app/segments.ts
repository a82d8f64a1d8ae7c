import * as z from "zod";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { SORTS, segmentPage } from "../data/segment-list.ts";
import { needSegment, viewSegment } from "../data/segment-view.ts";
import { authorOf, changeSegment, createSegment, deleteSegment } from "../data/write-segment.ts";
import { expectedVersion } from "../etag.ts";
import { route } from "../route.ts";
import { listOf, Name, PageQuery } from "../shapes/common.ts";
import { SegmentAnswer, segmentAnswer } from "../shapes/segment.ts";
import { Description, QueryInput, Tags } from "../shapes/segment-input.ts";

const SegmentCursor = z.tuple([z.union([z.string(), z.number()]), z.string()]);

function answerWithTag(segment: z.input<typeof SegmentAnswer>, status = 200): Response {
  return Response.json(segment, { status, headers: { etag: `"${segment.version}"` } });
}

export const segmentRoutes = [
  route({
    method: "get",
    path: "/api/v1/segments",
    access: "viewer",
    summary: "The workspace's segments with their counts; searches, filters, sorts.",
    query: PageQuery.extend({
      dataset_id: z.string().max(100).optional(),
      search: z.string().max(200).optional(),
      tag: z.string().max(60).optional(),
      sort: z.enum(SORTS).default("name"),
    }),
    answer: listOf(SegmentAnswer),
    problems: ["invalid_cursor"],
    async handle({ env, db, query, principal }) {
      const after = decodeCursor(query.cursor, SegmentCursor);
      const { data, next } = await segmentPage(env, db, principal.workspace.id, { ...query, after });
      return {
        data: data.map(({ segment, live }) => segmentAnswer(segment, live)),
        next_cursor: next ? encodeCursor(next) : null,
      };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/segments",
    access: "analyst",
    summary: "Makes a segment; its first computation begins at once.",
    body: z.strictObject({
      dataset_id: z.string().max(100),
      name: Name,
      query: QueryInput,
      description: Description.default(""),
      tags: Tags.default([]),
      owner_id: z.string().max(100).nullable().optional(),
      api_exposed: z.boolean().default(false),
    }),
    status: 201,
    answer: SegmentAnswer,
    problems: ["name_taken", "dataset_not_found", "malformed_query", "unknown_field"],
    async handle(call) {
      const id = await createSegment(authorOf(call), call.body);
      return answerWithTag(await viewSegment(call.env, call.db, call.principal.workspace.id, id), 201);
    },
  }),
  route({
    method: "get",
    path: "/api/v1/segments/{segment_id}",
    access: "viewer",
    summary: "One segment with its count.",
    answer: SegmentAnswer,
    async handle({ env, db, params, principal }) {
      return answerWithTag(await viewSegment(env, db, principal.workspace.id, params.segment_id));
    },
  }),
  route({
    method: "patch",
    path: "/api/v1/segments/{segment_id}",
    access: "analyst",
    summary: "Changes a segment. A new query is a new version. If-Match with the version guards against lost edits.",
    body: z.strictObject({
      name: Name.optional(),
      query: QueryInput.optional(),
      description: Description.optional(),
      tags: Tags.optional(),
      owner_id: z.string().max(100).nullable().optional(),
      api_exposed: z.boolean().optional(),
    }),
    answer: SegmentAnswer,
    problems: ["name_taken", "version_mismatch"],
    async handle(call) {
      const { env, db, params, body, request, principal } = call;
      const { segment } = await needSegment(db, principal.workspace.id, params.segment_id);
      await changeSegment(authorOf(call), segment, body, expectedVersion(request));
      return answerWithTag(await viewSegment(env, db, principal.workspace.id, segment.id));
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/segments/{segment_id}",
    access: "analyst",
    summary: "Deletes a segment that no sync follows.",
    problems: ["segment_in_use"],
    async handle(call) {
      const { segment } = await needSegment(call.db, call.principal.workspace.id, call.params.segment_id);
      await deleteSegment(authorOf(call), segment);
      return undefined;
    },
  }),
];
