import * as z from "zod";
import { liveFields } from "../../control/fields.ts";
import type { DatasetView } from "../../control/repositories/datasets.ts";
import { rfc3339 } from "../time.ts";
import { Creator, FIELD_TYPES, Time } from "./common.ts";
import { ImportAnswer } from "./import.ts";
import { RelationAnswer } from "./relation.ts";

export const FieldAnswer = z
  .object({ name: z.string(), type: z.enum(FIELD_TYPES), format: z.string().nullable() })
  .meta({ id: "Field" });

export const DatasetAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    key: z.string().nullable().meta({ description: "The key field; null: a row's key is a hash of the row." }),
    fields: z.array(FieldAnswer),
    relations: z.array(RelationAnswer),
    record_count: z.number().int(),
    segment_count: z.number().int(),
    shard_count: z.number().int(),
    created_at: Time,
    updated_at: Time,
    created_by: Creator,
    last_import: ImportAnswer.nullable(),
  })
  .meta({ id: "Dataset" });

/** A dataset as it is answered; what its shards and its importer know comes beside it. */
export function datasetAnswer(
  dataset: DatasetView,
  live: {
    record_count: number;
    updated_at: number | null;
    last_import: z.input<typeof ImportAnswer> | null;
    relations: z.input<typeof RelationAnswer>[];
  },
): z.input<typeof DatasetAnswer> {
  return {
    id: dataset.id,
    name: dataset.name,
    key: dataset.key_field,
    fields: liveFields(dataset.fields).map(({ name, type, format, formula }) => ({
      ...{ name, type, format },
      ...(formula === undefined ? {} : { formula }),
    })),
    relations: live.relations,
    record_count: live.record_count,
    segment_count: dataset.segment_count,
    shard_count: dataset.shard_count,
    created_at: rfc3339(dataset.created_at),
    updated_at: rfc3339(Math.max(dataset.updated_at, live.updated_at ?? 0)),
    created_by: dataset.creator,
    last_import: live.last_import,
  };
}
