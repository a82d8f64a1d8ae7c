import * as z from "zod";
import { liveFields } from "../../control/fields.ts";
import { readSent } from "../../control/read-queries.ts";
import { recordData } from "../data/cells.ts";
import { needDataset } from "../data/dataset-view.ts";
import { preview } from "../data/preview.ts";
import { whenReady } from "../data/relation-states.ts";
import { route } from "../route.ts";
import { Time } from "../shapes/common.ts";
import { rfc3339 } from "../time.ts";

const SAMPLE_MAX = 50;

export const previewRoutes = [
  route({
    method: "post",
    path: "/api/v1/segments/preview",
    access: "viewer",
    scope: "datasets:read",
    summary: "A query's exact count and some of its records, without making a segment.",
    body: z.strictObject({
      dataset_id: z.string().max(100),
      query: z.unknown(),
      sample: z.number().int().min(0).max(SAMPLE_MAX).default(10),
    }),
    answer: z.object({
      count: z.number().int(),
      total: z.number().int(),
      took_ms: z.number(),
      computed_at: Time,
      words: z.string(),
      sample: z.array(z.object({ key: z.string(), data: z.record(z.string(), z.unknown()) })),
    }),
    problems: ["dataset_not_found", "malformed_query", "unknown_field", "relation_building"],
    async handle({ env, db, body, now, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, body.dataset_id);
      const fields = liveFields(dataset.fields);
      const read = await readSent(db, dataset, body.query);
      const { query, words } = read;
      const began = performance.now();
      const { sample, ...counts } = await whenReady(env, db, dataset, read, (ready) =>
        preview(env, ready, query, body.sample),
      );
      return {
        ...counts,
        took_ms: Math.round((performance.now() - began) * 100) / 100,
        computed_at: rfc3339(now),
        words,
        sample: sample.map((record) => ({ key: record.key, data: recordData(fields, record) })),
      };
    },
  }),
];
