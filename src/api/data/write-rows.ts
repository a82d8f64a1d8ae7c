/** Writes rows into a dataset: new fields first, then each row to its home shard. */
import { type CatalogueEdit, editCatalogue } from "../../control/catalogue.ts";
import type { Database } from "../../control/database.ts";
import { addFields, liveFields, sameFields } from "../../control/fields.ts";
import { type Dataset, updateDataset } from "../../control/repositories/datasets.ts";
import { ensureShardCount, shardCountFor } from "../../control/shard-count.ts";
import { unwrap } from "../../platform/problem.ts";
import type { RecordState, RowWrite, WriteMode } from "../../shard/interface.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import { wakePointing } from "./relation-states.ts";
import { FIELDS_MAX, newFields, type Rejected, rowWrite, type ShapedRow } from "./rows.ts";
import { homeOf, shardNumber } from "./shards.ts";

export interface Written {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly Rejected[];
}

/** What was written, with the fields and version that it was written under. */
export interface WrittenRecords extends Written {
  readonly dataset: Dataset;
  readonly records: readonly RecordState[];
}

export interface WriteContext {
  readonly env: Env;
  readonly db: Database;
  readonly now: number;
  readonly time_zone: string;
  /** `upsert` unless said. */
  readonly mode?: WriteMode;
  /** Answers the records as they are after the write: for few. */
  readonly answer_records?: true;
}

/** Writes rows of right shape; fields that the dataset lacks are added to it. Durable when it answers. */
export async function writeRows(context: WriteContext, dataset: Dataset, rows: readonly ShapedRow[]): Promise<Written> {
  const { dataset: _, records: __, ...written } = await writeRecords(context, dataset, rows);
  return written;
}

/** The same, with the records where the context asks for them. */
export async function writeRecords(
  context: WriteContext,
  dataset: Dataset,
  rows: readonly ShapedRow[],
): Promise<WrittenRecords> {
  if (rows.length === 0) return { added: 0, updated: 0, unchanged: 0, rejected: [], records: [], dataset };
  const { writable, rejected } = withoutComputed(dataset, rows);
  const widened = await withNewFields(context, dataset, writable);
  const ready = await withShards(context, widened, writable.length);
  const writes = writable.map((row) => rowWrite(ready.fields, row, context.time_zone));
  const written = await applyWrites(context, ready, writes, (at) => writable[at]?.index ?? at);
  return { ...written, rejected: [...rejected, ...written.rejected] };
}

/** Rows that give a computed field a value are refused: it would be lost. Null says nothing. */
function withoutComputed(dataset: Dataset, rows: readonly ShapedRow[]) {
  const computed = dataset.fields.filter((field) => field.formula !== undefined && !field.retired);
  const rejected: Rejected[] = [];
  const writable = rows.filter(({ index, values }) => {
    const named = computed.find(({ name }) => (values.get(name) ?? null) !== null);
    if (named === undefined) return true;
    const reason = `${named.name} is computed from other fields, so it takes no value. Leave it out.`;
    rejected.push({ index, code: "field_is_computed", reason });
    return false;
  });
  return { writable, rejected };
}

async function withNewFields(context: WriteContext, dataset: Dataset, rows: readonly ShapedRow[]): Promise<Dataset> {
  if (newFields(dataset.fields, rows).length === 0) return dataset;
  const edited = await editCatalogue(context.db, dataset.workspace_id, dataset.id, (current) =>
    addingFields(context, current, rows),
  );
  if (!edited) throw notFound("dataset");
  return { ...edited.dataset, fields: edited.value, catalogue_version: edited.version };
}

function addingFields(
  context: WriteContext,
  current: Dataset,
  rows: readonly ShapedRow[],
): CatalogueEdit<Dataset["fields"]> {
  const fields = addFields(current.fields, newFields(current.fields, rows));
  const actual = liveFields(fields).length;
  if (actual > FIELDS_MAX) {
    const detail = `A dataset has at most ${FIELDS_MAX} fields; with these rows it would have ${actual}. Send fewer fields.`;
    throw problem(422, "too_many_fields", detail, { facts: { limit: FIELDS_MAX, actual } });
  }
  if (sameFields(current.fields, fields)) return { value: fields, statements: [] };
  const statement = updateDataset(context.db, current.workspace_id, current.id, { fields, updated_at: context.now });
  return { value: fields, statements: [statement], tells_related: true };
}

async function withShards(context: WriteContext, dataset: Dataset, rows: number): Promise<Dataset> {
  if (dataset.shard_count > 0) return dataset;
  const wanted = shardCountFor(rows, context.env);
  const set = await ensureShardCount(context.db, dataset.workspace_id, dataset.id, wanted);
  if (!set) throw notFound("dataset");
  const ready = { ...dataset, ...set };
  await wakePointing(context.env, context.db, ready);
  return ready;
}

async function applyWrites(
  { env, mode = "upsert", answer_records }: WriteContext,
  dataset: Dataset,
  writes: readonly RowWrite[],
  indexOf: (at: number) => number,
): Promise<WrittenRecords> {
  const homes = Map.groupBy(writes.keys(), (at) => homeOf(dataset, writes[at]?.key ?? ""));
  const answers = await Promise.all(
    [...homes].map(async ([shard, positions]) => {
      const rows = positions.flatMap((at) => writes[at] ?? []);
      const request = { version: dataset.catalogue_version, mode, rows, answer_records };
      const { rejected, records = [], ...counts } = unwrap(await shardNumber(env, dataset.id, shard).apply(request));
      return {
        ...counts,
        records,
        rejected: rejected.map((row) => ({ ...row, index: indexOf(positions[row.index] ?? row.index) })),
      };
    }),
  );
  return {
    added: sum(answers.map((answer) => answer.added)),
    updated: sum(answers.map((answer) => answer.updated)),
    unchanged: sum(answers.map((answer) => answer.unchanged)),
    rejected: answers.flatMap((answer) => answer.rejected),
    records: answers.flatMap((answer) => answer.records),
    dataset,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
