/** A dataset with what its shards and its importer know of it. */
import type * as z from "zod";
import type { Database } from "../../control/database.ts";
import { type DatasetView, findDataset, findDatasetView } from "../../control/repositories/datasets.ts";
import { listImports } from "../../control/repositories/imports.ts";
import type { Env } from "../env.ts";
import { notFound } from "../problems.ts";
import { type DatasetAnswer, datasetAnswer } from "../shapes/dataset.ts";
import { importAnswers } from "./import-states.ts";
import { relationAnswers, relationStates } from "./relation-states.ts";
import { askAll, type ShardedDataset } from "./shards.ts";

/** The dataset of this workspace, or 404 `dataset_not_found`. */
export async function needDataset(db: Database, workspaceId: string, id: string) {
  const dataset = await findDataset(db, workspaceId, id);
  if (!dataset) throw notFound("dataset");
  return dataset;
}

/** How many records there are now, and when one last changed. */
export async function recordStats(env: Env, dataset: ShardedDataset) {
  const version = dataset.catalogue_version;
  const stats = await askAll(env, dataset, (shard) => shard.stats({ version }));
  const updatedAt = Math.max(0, ...stats.map((shard) => shard.updated_at ?? 0));
  return {
    record_count: stats.reduce((sum, shard) => sum + shard.record_count, 0),
    updated_at: updatedAt || null,
  };
}

/** The whole answer for one dataset. */
export async function viewDataset(
  env: Env,
  db: Database,
  dataset: DatasetView,
): Promise<z.input<typeof DatasetAnswer>> {
  const [stats, related, newest] = await Promise.all([
    recordStats(env, dataset),
    relationStates(env, db, dataset),
    listImports(db, dataset.workspace_id, dataset.id, { after: null, limit: 1 }),
  ]);
  const [lastImport] = await importAnswers(env, newest);
  return datasetAnswer(dataset, {
    ...stats,
    last_import: lastImport ?? null,
    relations: relationAnswers(dataset, related),
  });
}

/** The answer for a dataset by id, as it is now. */
export async function viewDatasetById(env: Env, db: Database, workspaceId: string, id: string) {
  const dataset = await findDatasetView(db, workspaceId, id);
  if (!dataset) throw notFound("dataset");
  return viewDataset(env, db, dataset);
}
