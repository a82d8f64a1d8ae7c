import { needExposedSound } from "../data/exposed.ts";
import { membersAnswer } from "../data/member-pages.ts";
import { route } from "../route.ts";
import { MembersAnswer, MembersQuery } from "../shapes/members.ts";

export const publicMemberRoutes = [
  route({
    method: "get",
    path: "/api/v1/public/segments/{segment_id}/members",
    access: "key",
    scope: "segments:members:read",
    bucket: "members",
    summary: "The members in a stable order; with `since` who came and went, net, and the cursor to ask with next.",
    query: MembersQuery,
    answer: MembersAnswer,
    problems: ["segment_computing", "invalid_cursor", "invalid_since", "resync_required", "unknown_field"],
    async handle({ env, db, params, query, now, principal }) {
      const { segment, dataset } = await needExposedSound(db, principal, params.segment_id);
      return membersAnswer(env, dataset, segment, query, now);
    },
  }),
];
