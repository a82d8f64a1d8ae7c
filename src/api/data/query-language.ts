/** All that a dataset's queries may say, for whoever builds one. */
import type * as z from "zod";
import {
  AGGREGATES,
  FORMULA_FUNCTIONS,
  MAX_CONDITIONS,
  MAX_DEPTH,
  MAX_LIST,
  MAX_UNITS,
  ORDERED,
  PERIODS,
  QUANTIFIERS,
  type QuerySchema,
  type SchemaRelation,
  SEGMENT_OPERATORS,
  TIME_UNITS,
} from "../../engine/index.ts";
import { FIELD_TYPES } from "../shapes/common.ts";
import { operatorAnswers, type QueryLanguageAnswer, queryField } from "../shapes/query-language.ts";

type Answer = z.input<typeof QueryLanguageAnswer>;

export function queryLanguage({ fields, relations = [], segments = [] }: QuerySchema): Answer {
  const of = (wanted: SchemaRelation["kind"]) => relations.filter(({ kind }) => kind === wanted);
  return {
    fields: fields.map(queryField),
    lookups: of("belongs_to").map(({ name, dataset_id, fields }) => ({
      ...{ relation: name, dataset_id },
      fields: fields.map(queryField),
    })),
    related: of("has_many").map(({ name, dataset_id, fields, segments = [] }) => ({
      ...{ name, dataset_id, segments: [...segments] },
      fields: fields.map(queryField),
    })),
    segments: [...segments],
    ...GRAMMAR,
  };
}

/** What is the same for every dataset. */
const GRAMMAR: Omit<Answer, "fields" | "lookups" | "related" | "segments"> = {
  segment_operators: [...SEGMENT_OPERATORS],
  quantifiers: Object.entries(QUANTIFIERS).map(([name, { counts }]) => ({ name, needs_n: counts })),
  aggregates: Object.entries(AGGREGATES).map(([name, { of, ordered, yields }]) => ({
    ...{ name, of: [...of], yields },
    needs_order: ordered,
  })),
  operators: Object.fromEntries(FIELD_TYPES.map((type) => [type, operatorAnswers(type)])),
  order_by: [...ORDERED],
  periods: [...PERIODS],
  units: [...TIME_UNITS],
  functions: FORMULA_FUNCTIONS.map(({ name, signature, summary }) => ({ name, signature, words: summary })),
  limits: { depth: MAX_DEPTH, conditions: MAX_CONDITIONS, list: MAX_LIST, units: MAX_UNITS },
};
