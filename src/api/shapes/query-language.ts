import * as z from "zod";
import { type Field, type Operator, operatorsFor } from "../../engine/index.ts";
import { FIELD_TYPES } from "./common.ts";

const OperatorAnswer = z.object({
  name: z.string(),
  words: z.string().meta({ description: "With … where the value stands." }),
  takes: z.enum(["nothing", "one", "list", "range", "span", "period"]),
});

const QueryField = z
  .object({
    name: z.string(),
    type: z.enum(FIELD_TYPES),
    formula: z.string().optional(),
    operators: z.array(OperatorAnswer),
  })
  .meta({ id: "QueryField" });

const Named = z.object({ id: z.string(), name: z.string() });

export const QueryLanguageAnswer = z
  .object({
    fields: z.array(QueryField),
    lookups: z.array(z.object({ relation: z.string(), dataset_id: z.string(), fields: z.array(QueryField) })),
    related: z.array(
      z.object({
        name: z.string(),
        dataset_id: z.string(),
        fields: z.array(QueryField),
        segments: z.array(Named),
      }),
    ),
    segments: z.array(Named),
    segment_operators: z.array(z.string()),
    quantifiers: z.array(z.object({ name: z.string(), needs_n: z.boolean() })),
    aggregates: z.array(
      z.object({
        name: z.string(),
        of: z
          .array(z.enum(FIELD_TYPES))
          .meta({ description: "Types of field that it reads; none: it takes no field." }),
        needs_order: z.boolean(),
        yields: z.enum(FIELD_TYPES).nullable().meta({ description: "Null: the type of the field." }),
      }),
    ),
    operators: z
      .record(z.string(), z.array(OperatorAnswer))
      .meta({ description: "By type: what may be asked of an aggregate's result." }),
    order_by: z.array(z.enum(FIELD_TYPES)),
    periods: z.array(z.string()),
    units: z.array(z.string()),
    functions: z.array(z.object({ name: z.string(), signature: z.string(), words: z.string() })),
    limits: z.object({ depth: z.number(), conditions: z.number(), list: z.number(), units: z.number() }),
  })
  .meta({ id: "QueryLanguage" });

export function queryField({ name, type, formula }: Field): z.input<typeof QueryField> {
  return { name, type, ...(formula === undefined ? {} : { formula }), operators: operatorAnswers(type) };
}

export function operatorAnswers(type: Field["type"]): z.input<typeof OperatorAnswer>[] {
  return operatorsFor(type).map((operator) => ({
    name: operator.name,
    words: wordsOf(operator),
    takes: operator.takes,
  }));
}

function wordsOf({ words, takes }: Operator): string {
  return words(takes === "range" ? ["…", "…"] : takes === "nothing" ? [] : ["…"]);
}
