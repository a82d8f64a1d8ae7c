import * as z from "zod";
import { loadQuerySchema } from "../../control/query-schema.ts";
import { needDataset } from "../data/dataset-view.ts";
import { queryLanguage } from "../data/query-language.ts";
import { route } from "../route.ts";
import { QueryLanguageAnswer } from "../shapes/query-language.ts";

export const queryLanguageRoutes = [
  route({
    method: "get",
    path: "/api/v1/query-language",
    access: "viewer",
    summary: "All that queries of a dataset may say: fields, lookups, related records, segments, operators, functions.",
    query: z.object({ dataset_id: z.string().max(100) }),
    answer: QueryLanguageAnswer,
    problems: ["dataset_not_found"],
    async handle({ db, query, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, query.dataset_id);
      return queryLanguage((await loadQuerySchema(db, dataset)).schema);
    },
  }),
];
