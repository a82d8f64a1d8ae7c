/** Deletes a dataset with everything that hangs on it. */
import { type Database, runBatch } from "../../control/database.ts";
import { type Dataset, deleteDatasetRow } from "../../control/repositories/datasets.ts";
import { deleteLeftover, insertLeftover, type Leftover } from "../../control/repositories/leftovers.ts";
import { announceEvent } from "../../control/repositories/outbox.ts";
import {
  bumpRelated,
  deleteRelationsOf,
  type RelationSide,
  relationsOf,
} from "../../control/repositories/relations.ts";
import { deleteSegmentRow, type Segment, segmentsOf } from "../../control/repositories/segments.ts";
import { deleteSyncRow, syncsOfDataset } from "../../control/repositories/syncs.ts";
import type { Env } from "../env.ts";
import { problem } from "../problems.ts";
import { deleteFiles } from "./files.ts";
import { shardNumber } from "./shards.ts";

/** Without `force`, 409 `dataset_in_use` while it has segments or relations point at it. Its syncs withdraw what they sent. */
export async function deleteDataset(
  env: Env,
  db: Database,
  dataset: Dataset,
  force: boolean,
  now: number,
): Promise<void> {
  const { id, workspace_id } = dataset;
  const segments = await segmentsOf(db, workspace_id, id);
  const related = await relationsOf(db, workspace_id, id);
  const pointing = related.filter(({ kind, other }) => kind === "has_many" && other.id !== id);
  if (segments.length + pointing.length > 0 && !force) throw inUse(segments, pointing);
  const syncs = await syncsOfDataset(db, id);
  const ids = syncs.map((sync) => sync.id);
  const leftover = { dataset_id: id, workspace_id, shard_count: dataset.shard_count, syncs: ids, at: now };
  await runBatch(db, [
    ...syncs.map((sync) => deleteSyncRow(db, workspace_id, sync.id)),
    ...segments.map((segment) => deleteSegmentRow(db, workspace_id, segment.id)),
    ...segments.map((segment) => announceEvent(db, segment, "segment.deleted", { segment_id: segment.id }, now)),
    // Those at the other ends forget their copies, and stop sending.
    bumpRelated(db, workspace_id, id),
    deleteRelationsOf(db, workspace_id, id),
    deleteDatasetRow(db, workspace_id, id),
    insertLeftover(db, leftover),
  ]);
  // The dataset is gone for everybody; what is not cleared now the minute job clears.
  await clearLeftover(env, db, leftover).catch((error) =>
    console.error(JSON.stringify({ level: "warn", dataset_id: id, error: String(error) })),
  );
}

/** Everything outside of the control plane that belonged to a deleted dataset. Repeatable: the minute job does. */
export async function clearLeftover(env: Env, db: Database, leftover: Leftover): Promise<void> {
  const { dataset_id, workspace_id, shard_count, syncs } = leftover;
  await Promise.all(syncs.map((sync) => env.SYNC.getByName(sync).destroy()));
  await env.IMPORTER.getByName(dataset_id).destroy();
  await Promise.all(Array.from({ length: shard_count }, (_, n) => shardNumber(env, dataset_id, n).destroy()));
  await env.FEED.getByName(dataset_id).destroy();
  await deleteFiles(env.FILES, `ws/${workspace_id}/imports/${dataset_id}/`);
  await deleteLeftover(db, dataset_id);
}

function inUse(segments: readonly Segment[], pointing: readonly RelationSide[]) {
  const named = segments.map(({ id, name }) => ({ id, name }));
  const relations = pointing.map(({ relation, other }) => ({
    ...{ id: relation.id, name: relation.name, dataset_id: other.id, dataset_name: other.name },
  }));
  const users = [
    ...(named.length > 0 ? [`${named.length} segments are made of this dataset`] : []),
    ...(relations.length > 0 ? [`${relations.length} relations point at it`] : []),
  ];
  const detail = `${users.join(", and ")}. Delete them first, or add force=true to delete all.`;
  return problem(409, "dataset_in_use", detail, { facts: { segments: named, relations } });
}
