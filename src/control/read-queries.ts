/** Queries of one dataset, read against what they may name: stored ones, and one that somebody sent. */
import type { QuerySchema } from "../engine/index.ts";
import { type Outcome, ProblemError, unwrap } from "../platform/problem.ts";
import type { Database } from "./database.ts";
import { namedSegments } from "./named-segments.ts";
import { type ParsedQuery, parseStoredQuery } from "./query.ts";
import { type LoadedSchema, loadQuerySchema, plainSchema, querySchemaFor } from "./query-schema.ts";
import { remembered } from "./remembered.ts";
import type { Dataset } from "./repositories/datasets.ts";
import { type Segment, segmentsOf } from "./repositories/segments.ts";
import { soundSegments } from "./sound-segments.ts";

export interface StoredQueries {
  readonly schema: QuerySchema;
  /** Each segment's query, or why it is not valid any more, by segment id. */
  readonly queries: ReadonlyMap<string, Outcome<ParsedQuery>>;
}

/** The queries of some of a dataset's segments. */
export function readStored(db: Database, dataset: Dataset, segments: readonly Segment[]): Promise<StoredQueries> {
  const [one, another] = segments;
  if (!one || another) return readAll(db, dataset, segments);
  const key = `query ${dataset.id} ${dataset.catalogue_version} ${one.id} ${one.version} ${one.name}`;
  return remembered(db, key, () => readAll(db, dataset, segments));
}

async function readAll(db: Database, dataset: Dataset, segments: readonly Segment[]): Promise<StoredQueries> {
  const schema = await querySchemaFor(
    db,
    dataset,
    segments.map(({ query }) => query),
  );
  const alone = !segments.some(({ query }) => namedSegments(query).some(({ own }) => own));
  const all = alone ? segments : await segmentsOf(db, dataset.workspace_id, dataset.id);
  const wanted = new Set(segments.map(({ id }) => id));
  const judged = soundSegments(
    all,
    schema,
    all.filter(({ id }) => wanted.has(id)),
  );
  return { schema, queries: new Map([...judged].map(([id, { parsed }]) => [id, parsed])) };
}

/** A query that is to be shown or stored. Throws what is wrong with it, also that a segment that it reads failed. */
export async function readSent(db: Database, dataset: Dataset, input: unknown): Promise<ParsedQuery & LoadedSchema> {
  // Many read fields alone. Where one of those is not valid, the reason may lie in what is left out here.
  const plain = plainSchema(dataset, [input]);
  const read = plain && parseStoredQuery(input, plain);
  if (plain && read?.ok) return { ...read.value, schema: plain, sides: [] };
  const loaded = await loadQuerySchema(db, dataset);
  const parsed = unwrap(parseStoredQuery(input, loaded.schema));
  await refuseFailed(db, dataset, input, loaded.schema);
  return { ...parsed, ...loaded };
}

async function refuseFailed(db: Database, dataset: Dataset, input: unknown, schema: QuerySchema): Promise<void> {
  const named = namedSegments(input).filter(({ own }) => own);
  if (named.length === 0) return;
  const all = await segmentsOf(db, dataset.workspace_id, dataset.id);
  const judged = soundSegments(
    all,
    schema,
    all.filter(({ id }) => named.some((one) => one.id === id)),
  );
  for (const { id, path } of named) {
    const child = judged.get(id);
    if (!child || child.parsed.ok) continue;
    const detail = `The segment ${child.segment.name} failed: ${child.parsed.problem.detail} Mend it first.`;
    throw new ProblemError({ code: "segment_failed", status: 422, detail, path });
  }
}
