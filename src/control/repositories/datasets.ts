import { and, asc, count, eq, gt, lt, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../database.ts";
import { remembered } from "../remembered.ts";
import { datasets } from "../schema/datasets.ts";
import { segments } from "../schema/segments.ts";
import { users } from "../schema/users.ts";

export type Dataset = typeof datasets.$inferSelect;

/** A dataset with what lists show beside it. */
export interface DatasetView extends Dataset {
  readonly creator: { readonly id: string; readonly email: string } | null;
  readonly segment_count: number;
}

export function insertDataset(db: Database, dataset: typeof datasets.$inferInsert): Statement {
  return db.insert(datasets).values(dataset);
}

export async function findDataset(db: Database, workspaceId: string, id: string): Promise<Dataset | null> {
  return remembered(
    db,
    `dataset ${workspaceId} ${id}`,
    async () => (await db.select().from(datasets).where(inWorkspace(workspaceId, id)).get()) ?? null,
  );
}

/** For the dataset's own objects, which know its id from their name; never with an id that a caller gave. */
export async function findDatasetById(db: Database, id: string): Promise<Dataset | null> {
  return (await db.select().from(datasets).where(eq(datasets.id, id)).get()) ?? null;
}

export async function findDatasetView(db: Database, workspaceId: string, id: string): Promise<DatasetView | null> {
  const [view] = await selectViews(db, inWorkspace(workspaceId, id), 1);
  return view ?? null;
}

/** Datasets by name, after `after`. */
export async function listDatasets(
  db: Database,
  workspaceId: string,
  page: { after: string | null; limit: number },
): Promise<DatasetView[]> {
  const after = page.after === null ? undefined : gt(datasets.name, page.after);
  return selectViews(db, and(eq(datasets.workspace_id, workspaceId), after), page.limit);
}

/** All datasets of a workspace: what a change of its time zone concerns. */
export async function datasetsOf(db: Database, workspaceId: string): Promise<Dataset[]> {
  return await db.select().from(datasets).where(eq(datasets.workspace_id, workspaceId));
}

/** Datasets of the installation whose feed has not taken over the newest catalogue, for the minute job. */
export async function staleDatasets(db: Database): Promise<Pick<Dataset, "id" | "catalogue_version">[]> {
  const columns = { id: datasets.id, catalogue_version: datasets.catalogue_version };
  return await db.select(columns).from(datasets).where(lt(datasets.refreshed_version, datasets.catalogue_version));
}

/** The dataset's feed has this version, and passes it on until every shard has it. */
export async function markRefreshed(db: Database, id: string, version: number): Promise<void> {
  const which = and(eq(datasets.id, id), lt(datasets.refreshed_version, version));
  await db.update(datasets).set({ refreshed_version: version }).where(which);
}

type DatasetChanges = Partial<Pick<Dataset, "name" | "key_field" | "key_kind" | "fields" | "updated_at">>;

export function updateDataset(db: Database, workspaceId: string, id: string, changes: DatasetChanges): Statement {
  return db.update(datasets).set(changes).where(inWorkspace(workspaceId, id));
}

export function deleteDatasetRow(db: Database, workspaceId: string, id: string): Statement {
  return db.delete(datasets).where(inWorkspace(workspaceId, id));
}

function inWorkspace(workspaceId: string, id: string): SQL | undefined {
  return and(eq(datasets.workspace_id, workspaceId), eq(datasets.id, id));
}

async function selectViews(db: Database, where: SQL | undefined, limit: number): Promise<DatasetView[]> {
  const segmentCount = db.select({ n: count() }).from(segments).where(eq(segments.dataset_id, datasets.id));
  const rows = await db
    .select({ dataset: datasets, email: users.email, segment_count: sql<number>`(${segmentCount})` })
    .from(datasets)
    .leftJoin(users, eq(users.id, datasets.created_by))
    .where(where)
    .orderBy(asc(datasets.name))
    .limit(limit);
  return rows.map(({ dataset, email, segment_count }) => ({
    ...dataset,
    segment_count,
    creator: creator(dataset, email),
  }));
}

function creator(dataset: Dataset, email: string | null): DatasetView["creator"] {
  return dataset.created_by && email ? { id: dataset.created_by, email } : null;
}
