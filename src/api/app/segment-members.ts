import * as z from "zod";
import { liveFields } from "../../control/fields.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import type { SegmentView } from "../../control/repositories/segments.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { recordData } from "../data/cells.ts";
import { logPositions, membersPage, Place } from "../data/pages.ts";
import { needSound, viewSegment } from "../data/segment-view.ts";
import { askAll } from "../data/shards.ts";
import type { Env } from "../env.ts";
import { problem } from "../problems.ts";
import { route } from "../route.ts";
import { listOf, PageQuery, Time } from "../shapes/common.ts";
import { SegmentAnswer } from "../shapes/segment.ts";
import { rfc3339 } from "../time.ts";

/** The segment's version and each shard's log position when the first page was read. */
const Snapshot = z.tuple([z.number().int(), z.array(z.number().int())]);
type Snapshot = z.output<typeof Snapshot>;
const MembersCursor = z.tuple([Place, Snapshot]);
const ACTIVITY_MAX = 100;
const DIFFERENCES_MAX = 1000;

const MemberAnswer = z.object({
  key: z.string(),
  fields: z.record(z.string(), z.unknown()),
  entered_at: Time.nullable(),
});

async function beginSnapshot(env: Env, dataset: Dataset, segment: SegmentView): Promise<Snapshot> {
  return [segment.version, await logPositions(env, dataset, segment.id)];
}

export const segmentMemberRoutes = [
  route({
    method: "get",
    path: "/api/v1/segments/{segment_id}/members",
    access: "viewer",
    summary: "The segment's members in a stable order. Deltas from the first page's delta_cursor lead to now.",
    query: PageQuery.extend({ fields: z.string().max(10_000).optional() }),
    answer: listOf(MemberAnswer).extend({ delta_cursor: z.string() }),
    problems: ["segment_computing", "invalid_cursor", "unknown_field"],
    async handle({ env, db, params, query, principal }) {
      const { segment, dataset } = await needSound(db, principal.workspace.id, params.segment_id);
      const shown = shownFields(dataset, query.fields);
      const cursor = decodeCursor(query.cursor, MembersCursor);
      const snapshot = cursor?.[1] ?? (await beginSnapshot(env, dataset, segment));
      const { records, next } = await membersPage(env, dataset, segment.id, cursor?.[0] ?? [0, -1], query.limit);
      const data = records.map((record) => ({
        key: record.key,
        fields: recordData(shown, record),
        entered_at: null,
      }));
      const next_cursor = next ? encodeCursor([next, snapshot]) : null;
      return { data, next_cursor, delta_cursor: encodeCursor(snapshot) };
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

/** The fields named in `?fields=a,b`, in that order; all without it. */
function shownFields(dataset: Dataset, names: string | undefined) {
  const fields = liveFields(dataset.fields);
  if (names === undefined) return fields;
  return names.split(",").map((written) => {
    const name = written.trim();
    const field = fields.find((candidate) => candidate.name === name);
    if (field) return field;
    const detail = `The dataset has no field ${name}. Its fields are in GET /api/v1/datasets/${dataset.id}.`;
    throw problem(422, "unknown_field", detail, { path: "fields" });
  });
}
