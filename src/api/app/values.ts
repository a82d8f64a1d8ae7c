import * as z from "zod";
import { fieldNamed } from "../../control/fields.ts";
import { needDataset } from "../data/dataset-view.ts";
import { askAll } from "../data/shards.ts";
import { problem } from "../problems.ts";
import { route } from "../route.ts";

/** A value that is frequent in all may stand low in each: more are asked of several shards than are answered. */
const FROM_EACH = 1000;

export const valueRoutes = [
  route({
    method: "get",
    path: "/api/v1/datasets/{dataset_id}/values",
    access: "viewer",
    scope: "datasets:read",
    summary: "A field's most frequent values that contain a text: suggestions.",
    query: z.object({
      field: z.string().min(1).max(200),
      text: z.string().max(200).default(""),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    answer: z.object({ data: z.array(z.object({ value: z.string(), count: z.number().int() })) }),
    problems: ["unknown_field"],
    async handle({ env, db, params, query, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, params.dataset_id);
      const field = fieldNamed(dataset.fields, query.field);
      if (!field) {
        const detail = `The dataset has no field ${query.field}. Choose one of its fields.`;
        throw problem(422, "unknown_field", detail, { path: "field" });
      }
      const limit = dataset.shard_count > 1 ? FROM_EACH : query.limit;
      const request = { version: dataset.catalogue_version, field: field.id, text: query.text, limit };
      const answers = await askAll(env, dataset, (shard) => shard.values(request));
      const counts = new Map<string, number>();
      for (const { value, count } of answers.flat()) counts.set(value, (counts.get(value) ?? 0) + count);
      const data = [...counts].map(([value, count]) => ({ value, count }));
      data.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
      return { data: data.slice(0, query.limit) };
    },
  }),
];
