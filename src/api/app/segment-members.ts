import * as z from "zod";
import { membersAnswer } from "../data/member-pages.ts";
import { needSound, viewSegment } from "../data/segment-view.ts";
import { askAll } from "../data/shards.ts";
import { route } from "../route.ts";
import { Time } from "../shapes/common.ts";
import { MembersAnswer, MembersQuery } from "../shapes/members.ts";
import { SegmentAnswer } from "../shapes/segment.ts";
import { rfc3339 } from "../time.ts";

const ACTIVITY_MAX = 100;
const DIFFERENCES_MAX = 1000;

export const segmentMemberRoutes = [
  route({
    method: "get",
    path: "/api/v1/segments/{segment_id}/members",
    access: "viewer",
    summary: "The segment's members in a stable order. Deltas from the first page's delta_cursor lead to now.",
    query: MembersQuery,
    answer: MembersAnswer,
    problems: ["segment_computing", "invalid_cursor", "invalid_since", "resync_required", "unknown_field"],
    async handle({ env, db, params, query, now, principal }) {
      const { segment, dataset } = await needSound(db, principal.workspace.id, params.segment_id);
      return membersAnswer(env, dataset, segment, query, now);
    },
  }),
  route({
    method: "get",
    path: "/api/v1/segments/{segment_id}/activity",
    access: "viewer",
    summary: "The latest entries and exits, newest first.",
    answer: z.object({ data: z.array(z.object({ key: z.string(), change: z.enum(["entered", "left"]), at: Time })) }),
    async handle({ env, db, params, principal }) {
      const { segment, dataset } = await needSound(db, principal.workspace.id, params.segment_id);
      const request = { version: dataset.catalogue_version, segment_id: segment.id, limit: ACTIVITY_MAX };
      const answers = await askAll(env, dataset, (shard) => shard.activity(request));
      const newest = answers
        .flat()
        .sort((a, b) => b.at - a.at)
        .slice(0, ACTIVITY_MAX);
      return { data: newest.map(({ key, change, at }) => ({ key, change, at: rfc3339(at) })) };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/segments/{segment_id}/verify",
    access: "viewer",
    summary: "Recomputes the membership from the rows and reports every difference.",
    answer: z.object({
      checked: z.number().int(),
      missing: z.array(z.string()),
      extra: z.array(z.string()),
      took_ms: z.number(),
    }),
    problems: ["segment_computing"],
    async handle({ env, db, params, principal }) {
      const { segment, dataset } = await needSound(db, principal.workspace.id, params.segment_id);
      const request = { version: dataset.catalogue_version, segment_id: segment.id, limit: DIFFERENCES_MAX };
      const began = performance.now();
      const answers = await askAll(env, dataset, (shard) => shard.verify(request));
      return {
        checked: answers.reduce((sum, answer) => sum + answer.checked, 0),
        missing: answers.flatMap((answer) => answer.missing),
        extra: answers.flatMap((answer) => answer.extra),
        took_ms: Math.round((performance.now() - began) * 100) / 100,
      };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/segments/{segment_id}/cancel",
    access: "analyst",
    summary: "Stops a computation. A segment that was never computed stays without members.",
    answer: SegmentAnswer,
    async handle({ env, db, params, principal }) {
      const { segment, dataset } = await needSound(db, principal.workspace.id, params.segment_id);
      const request = { version: dataset.catalogue_version, segment_id: segment.id };
      await askAll(env, dataset, (shard) => shard.cancel(request));
      return viewSegment(env, db, principal.workspace.id, segment.id);
    },
  }),
];
