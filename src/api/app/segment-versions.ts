import * as z from "zod";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { queryToRestore, versionsPage } from "../data/segment-versions.ts";
import { needSegment, viewSegment } from "../data/segment-view.ts";
import { changeSegment } from "../data/write-segment.ts";
import { problem } from "../problems.ts";
import { route } from "../route.ts";
import { listOf, PageQuery } from "../shapes/common.ts";
import { SegmentAnswer } from "../shapes/segment.ts";
import { SegmentVersionAnswer } from "../shapes/segment-version.ts";

const VersionCursor = z.tuple([z.number().int()]);

export const segmentVersionRoutes = [
  route({
    method: "get",
    path: "/api/v1/segments/{segment_id}/versions",
    access: "viewer",
    summary: "Every query that the segment has had, newest first, with its author and what it changed.",
    query: PageQuery,
    answer: listOf(SegmentVersionAnswer),
    problems: ["invalid_cursor"],
    async handle({ db, params, query, principal }) {
      const { segment, dataset } = await needSegment(db, principal.workspace.id, params.segment_id);
      const before = decodeCursor(query.cursor, VersionCursor)?.[0] ?? null;
      const { data, next } = await versionsPage(db, dataset, segment.id, { before, limit: query.limit });
      return { data, next_cursor: next === null ? null : encodeCursor([next]) };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/segments/{segment_id}/versions/{version}/restore",
    access: "analyst",
    summary: "Gives the segment the query of an older version, as a new one. Refused as any edit is.",
    answer: SegmentAnswer,
    problems: ["version_not_found", "unknown_field", "segment_circle"],
    async handle({ env, db, now, params, principal }) {
      const workspace_id = principal.workspace.id;
      const { segment, dataset } = await needSegment(db, workspace_id, params.segment_id);
      const number = /^\d{1,9}$/.test(params.version) ? Number(params.version) : 0;
      const query = await queryToRestore(db, dataset, segment.id, number);
      if (!query) throw versionNotFound(segment.version);
      const author = { env, db, now, workspace_id, user_id: principal.user.id };
      await changeSegment(author, segment, { query }, null);
      return viewSegment(env, db, workspace_id, segment.id);
    },
  }),
];

function versionNotFound(newest: number) {
  const detail = `The segment has no such version. Its versions are 1 to ${newest}.`;
  return problem(404, "version_not_found", detail, { facts: { newest } });
}
