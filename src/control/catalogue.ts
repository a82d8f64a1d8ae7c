/**
 * What shards must know of the control plane, and the one way to change it. Every change raises the dataset's
 * `catalogue_version` in the same batch, and only from the version that the change was made on: so a segment is
 * never stored against fields that were renamed meanwhile, and a shard can tell old news from new.
 */
import { and, eq, sql } from "drizzle-orm";
import { inTurn } from "../platform/in-turn.ts";
import { type Problem, ProblemError } from "../platform/problem.ts";
import type { Catalogue, CatalogueRelation } from "../shard/interface.ts";
import { type Database, isInProcess, raised, runBatch, type Statement, violated } from "./database.ts";
import { definedSegments } from "./defined-segments.ts";
import { buildQuerySchema, fieldsBehind } from "./query-schema.ts";
import { type Dataset, findDataset } from "./repositories/datasets.ts";
import { bumpRelated, type RelationSide, relationsOf } from "./repositories/relations.ts";
import { segmentNames } from "./repositories/segment-names.ts";
import { findWorkspace } from "./repositories/workspaces.ts";
import { datasets } from "./schema/datasets.ts";
import { soundSegments } from "./sound-segments.ts";

/**
 * The newest catalogue; null when the dataset is gone. Segments whose query is not valid any more are left out, and
 * those that read them.
 */
export async function loadCatalogue(db: Database, datasetId: string): Promise<Catalogue | null> {
  // The version is read first: news that comes while we read makes the catalogue newer than it says, never older.
  const dataset = await db.select().from(datasets).where(eq(datasets.id, datasetId)).get();
  if (!dataset) return null;
  const [workspace, stored, sides] = await Promise.all([
    findWorkspace(db, dataset.workspace_id),
    definedSegments(db, dataset.workspace_id, datasetId),
    relationsOf(db, dataset.workspace_id, datasetId),
  ]);
  if (!workspace) return null;
  const others = sides.map(({ other }) => other.id).filter((id) => id !== datasetId);
  const names = await segmentNames(db, dataset.workspace_id, others);
  const schema = buildQuerySchema(dataset, sides, [...stored, ...names]);
  return {
    dataset_id: datasetId,
    workspace_id: dataset.workspace_id,
    version: dataset.catalogue_version,
    time_zone: workspace.time_zone,
    shard_count: dataset.shard_count,
    fields: schema.fields,
    relations: sides.map((side) => catalogueRelation(side, new Set([...stored, ...names].map(({ id }) => id)))),
    segments: [...soundSegments(stored, schema).values()].flatMap(({ segment, parsed }) =>
      parsed.ok ? [{ id: segment.id, version: segment.version, query: parsed.value.query }] : [],
    ),
  };
}

/** What this dataset's shards know of a related dataset. */
function catalogueRelation(
  { relation, kind, name, number, other }: RelationSide,
  segments: ReadonlySet<string>,
): CatalogueRelation {
  return {
    ...{ id: relation.id, number, kind, name, field: relation.field_id, dataset_id: other.id },
    ...{ fields: fieldsBehind(other.fields), shard_count: other.shard_count, version: other.catalogue_version },
    lookup_wanted: relation.lookup_wanted,
    shared: relation.shared_segments.filter((id) => segments.has(id)),
  };
}

/** Raises the version from the one that is expected; with another the batch is undone. */
export function bumpCatalogue(
  db: Database,
  dataset: Pick<Dataset, "id" | "workspace_id" | "catalogue_version">,
): Statement {
  return db
    .update(datasets)
    .set({ catalogue_version: raised(datasets.catalogue_version, dataset.catalogue_version) })
    .where(and(eq(datasets.workspace_id, dataset.workspace_id), eq(datasets.id, dataset.id)));
}

/** Raises the version of every dataset of a workspace: its time zone changed. */
export function bumpAllCatalogues(db: Database, workspaceId: string): Statement {
  return db
    .update(datasets)
    .set({ catalogue_version: sql`${datasets.catalogue_version} + 1` })
    .where(eq(datasets.workspace_id, workspaceId));
}

export interface CatalogueEdit<T> {
  readonly value: T;
  /** Run with the bump as one batch; none: nothing changes, not even the version. */
  readonly statements: readonly Statement[];
  /** It changes what related datasets' shards know of this one: its fields. Their versions rise, too. */
  readonly tells_related?: boolean;
}

interface Edited<T> {
  readonly value: T;
  readonly dataset: Dataset;
  readonly version: number;
}

/** Null, and so refused, where something is not as the plan found it. */
const GUARDS = ["datasets.catalogue_version", "segments.version"];
const ATTEMPTS = 200;
/** Losers of a race wait a moment of chance, longer each time, so that they do not meet again. */
const WAIT_STEP_MS = 4;
const WAIT_MAX_MS = 200;

/**
 * Changes something of a dataset's catalogue. `plan` is given the dataset as it is and may be called again when
 * somebody else was quicker. Answers the plan's value with the dataset's version after it; null: no such dataset.
 * Throws 503 `dataset_busy` when others stay quicker.
 */
export function editCatalogue<T>(
  db: Database,
  workspaceId: string,
  datasetId: string,
  plan: (dataset: Dataset) => CatalogueEdit<T> | Promise<CatalogueEdit<T>>,
): Promise<Edited<T> | null> {
  const work = () => edit(db, workspaceId, datasetId, plan);
  // Where one process makes all edits they need not race with each other. (In workerd no request may wait for another.)
  return isInProcess(db) ? inTurn(datasetId, work) : work();
}

async function edit<T>(
  db: Database,
  workspaceId: string,
  datasetId: string,
  plan: (dataset: Dataset) => CatalogueEdit<T> | Promise<CatalogueEdit<T>>,
): Promise<Edited<T> | null> {
  for (let attempt = 1; ; attempt++) {
    const dataset = await findDataset(db, workspaceId, datasetId);
    if (!dataset) return null;
    const { value, statements, tells_related } = await plan(dataset);
    if (statements.length === 0) return { value, dataset, version: dataset.catalogue_version };
    const related = tells_related ? [bumpRelated(db, workspaceId, datasetId)] : [];
    try {
      // Related datasets rise last: a statement may expect the version that it found.
      await runBatch(db, [bumpCatalogue(db, dataset), ...statements, ...related]);
      return { value, dataset, version: dataset.catalogue_version + 1 };
    } catch (error) {
      if (!GUARDS.some((column) => violated(error, "NOT NULL", column))) throw error;
      if (attempt === ATTEMPTS) throw new ProblemError(BUSY);
      await waitAMoment(attempt);
    }
  }
}

const BUSY: Problem = {
  code: "dataset_busy",
  status: 503,
  detail: "Too many changes of this dataset's fields and segments are made at once. Repeat yours in a moment.",
  facts: { retry_after: 1 },
};

function waitAMoment(attempt: number): Promise<void> {
  const most = Math.min(WAIT_MAX_MS, attempt * WAIT_STEP_MS);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * most));
}
