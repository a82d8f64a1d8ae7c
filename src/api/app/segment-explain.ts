import * as z from "zod";
import { planOf, reasonsFor } from "../data/explain.ts";
import { needSound } from "../data/segment-view.ts";
import { notFound } from "../problems.ts";
import { route } from "../route.ts";

const Condition = z.object({
  path: z.string(),
  kind: z.enum(["field", "formula", "related", "segment"]),
  words: z.string(),
  rank: z
    .number()
    .int()
    .meta({ description: "Its place in the order of evaluation; equal where rules mean the same." }),
  estimated: z.number().int(),
  actual: z.number().int(),
  selectivity: z.number().nullable(),
  took_ms: z.number(),
  shared_by: z.number().int().meta({ description: "How many live segments have the same condition." }),
});

const Hint = z.object({
  code: z.enum(["never_true", "always_true", "said_twice", "use_in", "costly"]),
  path: z.string(),
  detail: z.string(),
  better: z.unknown().optional().meta({ description: "A rule or group that means the same; put it at the path." }),
});

const Reason = z
  .record(z.string(), z.unknown())
  .meta({ description: "A tree of the query's form: groups and conditions with result, value and changes_at." });

export const segmentExplainRoutes = [
  route({
    method: "get",
    path: "/api/v1/segments/{segment_id}/explain",
    access: "viewer",
    summary: "How the segment's query is evaluated: each condition with its estimated and actual count and its time.",
    answer: z.object({
      count: z.number().int(),
      total: z.number().int(),
      took_ms: z.number(),
      plan: z.object({ conditions: z.array(Condition), order: z.array(z.string()) }),
      hints: z.array(Hint),
    }),
    async handle({ env, db, params, principal }) {
      const { dataset, query, schema } = await needSound(db, principal.workspace.id, params.segment_id);
      return planOf(env, dataset, query, schema);
    },
  }),
  route({
    method: "get",
    path: "/api/v1/segments/{segment_id}/explain/{key}",
    access: "viewer",
    summary: "Why a record is in the segment or not, condition by condition, with the values seen.",
    answer: z.object({ key: z.string(), member: z.boolean(), root: Reason }),
    problems: ["record_not_found", "segment_failed"],
    async handle({ env, db, params, principal }) {
      const { segment, dataset, query, schema } = await needSound(db, principal.workspace.id, params.segment_id);
      const reasons = await reasonsFor(env, dataset, { id: segment.id, query }, params.key, schema);
      if (!reasons) throw notFound("record");
      return { ...reasons, root: { ...reasons.root } };
    },
  }),
];
