import * as z from "zod";
import { loadQuerySchema } from "../../control/query-schema.ts";
import { parseFormula } from "../../engine/index.ts";
import { unwrap } from "../../platform/problem.ts";
import { needDataset } from "../data/dataset-view.ts";
import { queryLanguage } from "../data/query-language.ts";
import { route } from "../route.ts";
import { FIELD_TYPES } from "../shapes/common.ts";
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
  route({
    method: "post",
    path: "/api/v1/query-language/check",
    access: "viewer",
    summary: "Reads a formula over a dataset without keeping it: its type, or what is wrong with it and where.",
    body: z.strictObject({ dataset_id: z.string().max(100), formula: z.string().max(100_000) }),
    answer: z.object({ type: z.enum(FIELD_TYPES) }),
    problems: ["dataset_not_found", "malformed_formula", "unknown_field", "unknown_function"],
    async handle({ db, body, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, body.dataset_id);
      const { schema } = await loadQuerySchema(db, dataset);
      return { type: unwrap(parseFormula(body.formula, schema)).type };
    },
  }),
];
