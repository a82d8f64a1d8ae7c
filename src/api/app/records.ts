import * as z from "zod";
import { liveFields } from "../../control/fields.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import { keyText } from "../../engine/index.ts";
import { unwrap } from "../../platform/problem.ts";
import type { StoredRecord } from "../../shard/interface.ts";
import { RECORDS_BODY_LIMIT } from "../body.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { recordData } from "../data/cells.ts";
import { needDataset } from "../data/dataset-view.ts";
import { Place, recordsPage } from "../data/pages.ts";
import { readRows } from "../data/read-rows.ts";
import { newFields, shapeRows, shapeValues } from "../data/rows.ts";
import { homeOf, shardNumber } from "../data/shards.ts";
import { writeRecords, writeRows } from "../data/write-rows.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import { route } from "../route.ts";
import { listOf, PageQuery, Time } from "../shapes/common.ts";
import { rfc3339 } from "../time.ts";

const Value = z.union([z.null(), z.string(), z.number(), z.boolean(), z.array(z.string())]);
const RecordAnswer = z
  .object({ key: z.string(), data: z.record(z.string(), Value), created_at: Time, updated_at: Time })
  .meta({ id: "Record" });
const RecordWithSegments = RecordAnswer.extend({ segments: z.array(z.string()) });
const WriteAnswer = z.object({
  added: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  rejected: z.array(z.object({ index: z.number().int(), code: z.string(), reason: z.string() })),
});

function recordAnswer(dataset: Dataset, record: StoredRecord): z.input<typeof RecordAnswer> {
  const { key, created_at, updated_at } = record;
  const data = recordData(liveFields(dataset.fields), record) as z.input<typeof RecordAnswer>["data"];
  return { key, data, created_at: rfc3339(created_at), updated_at: rfc3339(updated_at) };
}

/** The record and the segments it is in, or 404 `record_not_found`. */
async function needRecord(env: Env, dataset: Dataset, key: string) {
  const version = dataset.catalogue_version;
  const home = dataset.shard_count === 0 ? null : shardNumber(env, dataset.id, homeOf(dataset, key));
  const found = home ? unwrap(await home.get({ version, key })) : null;
  if (!found) throw notFound("record");
  return found;
}

async function answerRecord(env: Env, dataset: Dataset, key: string) {
  const { record, segments } = await needRecord(env, dataset, key);
  return { ...recordAnswer(dataset, record), segments: [...segments] };
}

export const recordRoutes = [
  route({
    method: "get",
    path: "/api/v1/datasets/{dataset_id}/records",
    access: "viewer",
    scope: "datasets:read",
    summary: "Records, in the order in which they came.",
    query: PageQuery,
    answer: listOf(RecordAnswer),
    problems: ["invalid_cursor"],
    async handle({ env, db, params, query, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, params.dataset_id);
      const from = decodeCursor(query.cursor, Place) ?? [0, -1];
      const { records, next } = await recordsPage(env, dataset, from, query.limit);
      const data = records.map((record) => recordAnswer(dataset, record));
      return { data, next_cursor: next ? encodeCursor(next) : null };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/datasets/{dataset_id}/records",
    access: "analyst",
    scope: "datasets:write",
    summary: "Upserts at most 10,000 rows or 10 MB: named fields are set, null empties them, others stay.",
    raw_body: ["application/json", "application/x-ndjson"],
    answer: WriteAnswer,
    problems: ["too_many_rows", "no_key_field", "malformed_json", "body_too_large"],
    async handle({ env, db, params, request, now, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, params.dataset_id);
      if (dataset.key_field === null) {
        const detail =
          "This dataset has no key field, so rows cannot be told apart. Set its key first (PATCH the dataset).";
        throw problem(422, "no_key_field", detail);
      }
      const rows = await readRows(request, RECORDS_BODY_LIMIT);
      const { shaped, rejected } = shapeRows(rows, dataset.key_field);
      const context = { env, db, now, time_zone: principal.workspace.time_zone };
      const written = await writeRows(context, dataset, shaped);
      const all = [...rejected, ...written.rejected].sort((a, b) => a.index - b.index);
      return { ...written, rejected: all };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/datasets/{dataset_id}/records/{key}",
    access: "viewer",
    scope: "datasets:read",
    summary: "One record, and the segments it is in.",
    answer: RecordWithSegments,
    async handle({ env, db, params, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, params.dataset_id);
      return answerRecord(env, dataset, params.key);
    },
  }),
  route({
    method: "patch",
    path: "/api/v1/datasets/{dataset_id}/records/{key}",
    access: "analyst",
    scope: "datasets:write",
    summary: "Sets the named fields of one record; null empties one.",
    body: z.strictObject({ data: z.record(z.string(), z.unknown()) }),
    body_limit: RECORDS_BODY_LIMIT,
    answer: RecordWithSegments,
    problems: ["record_not_found", "key_immutable", "invalid_record"],
    async handle({ env, db, params, body, now, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, params.dataset_id);
      if (dataset.shard_count === 0) throw notFound("record");
      const values = patchValues(dataset, params.key, body.data);
      if (newFields(dataset.fields, [{ values }]).length > 0) await needRecord(env, dataset, params.key);
      const how = { mode: "update", answer_records: true } as const;
      const context = { env, db, now, time_zone: principal.workspace.time_zone, ...how };
      const written = await writeRecords(context, dataset, [{ index: 0, key: params.key, values }]);
      const [refused] = written.rejected;
      const [state] = written.records;
      if (refused && refused.code !== "record_not_found") {
        throw problem(422, refused.code, refused.reason, { path: "data" });
      }
      if (!state) throw notFound("record");
      return { ...recordAnswer(written.dataset, state.record), segments: [...state.segments] };
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/datasets/{dataset_id}/records/{key}",
    access: "analyst",
    scope: "datasets:write",
    summary: "Deletes one record; it leaves every segment.",
    problems: ["record_not_found"],
    async handle({ env, db, params, principal }) {
      const dataset = await needDataset(db, principal.workspace.id, params.dataset_id);
      await needRecord(env, dataset, params.key);
      const home = shardNumber(env, dataset.id, homeOf(dataset, params.key));
      const { removed } = unwrap(await home.remove({ version: dataset.catalogue_version, keys: [params.key] }));
      if (removed === 0) throw notFound("record");
      return undefined;
    },
  }),
];

/** The values to set. The key may be named, but not changed. */
function patchValues(dataset: Dataset, key: string, data: Readonly<Record<string, unknown>>) {
  const values = shapeValues(data);
  if (!(values instanceof Map)) throw problem(422, "invalid_record", values.reason, { path: "data" });
  const keyField = dataset.key_field;
  if (keyField === null || !values.has(keyField)) return values;
  if (keyText(values.get(keyField)) !== key) {
    const detail = `A record's key cannot change. Leave ${keyField} out, or delete the record and add another.`;
    throw problem(422, "key_immutable", detail, { path: `data.${keyField}` });
  }
  values.delete(keyField);
  return values;
}
