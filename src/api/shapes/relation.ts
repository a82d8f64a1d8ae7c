import * as z from "zod";
import { Name } from "./common.ts";

export const RelationAnswer = z
  .object({
    id: z.string(),
    name: z.string().meta({ description: "What queries of the pointing dataset call it: for `via`." }),
    field: z.string().meta({ description: "The pointing dataset's field that holds keys of the other." }),
    dataset_id: z.string().meta({ description: "The dataset at the other end." }),
    reverse_name: z.string().meta({ description: "What queries of the other dataset call it: for `related`." }),
    kind: z.enum(["belongs_to", "has_many"]).meta({ description: "`belongs_to`: this dataset's records point." }),
    status: z.enum(["building", "ready"]),
    progress: z.number(),
    lag_ms: z.number().nullable().meta({ description: "How old the oldest change is that looked-up fields lack." }),
  })
  .meta({ id: "Relation" });

const FieldName = z.string().trim().min(1).max(200);

export const RelationInput = z.strictObject({
  name: Name,
  field: FieldName,
  dataset_id: z.string().max(100),
  reverse_name: Name,
});

/** A name that is there is changed, another one added. */
export const RelationChange = z.strictObject({
  name: Name,
  new_name: Name.optional(),
  field: FieldName.optional(),
  dataset_id: z.string().max(100).optional(),
  reverse_name: Name.optional(),
});
