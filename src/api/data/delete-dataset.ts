/** Deletes a dataset with everything that hangs on it. */
import { type Database, runBatch } from "../../control/database.ts";
import { type Dataset, deleteDatasetRow } from "../../control/repositories/datasets.ts";
import { announceEvent } from "../../control/repositories/outbox.ts";
import { deleteSegmentRow, type Segment, segmentsOf } from "../../control/repositories/segments.ts";
import { deleteSyncRow, syncsOfDataset } from "../../control/repositories/syncs.ts";
import type { Env } from "../env.ts";
import { problem } from "../problems.ts";
import { deleteFiles } from "./files.ts";
import { shardsOf } from "./shards.ts";

/** Without `force`, 409 `dataset_in_use` while it has segments. Its syncs withdraw what they sent. */
export async function deleteDataset(
  env: Env,
  db: Database,
  dataset: Dataset,
  force: boolean,
  now: number,
): Promise<void> {
  const { id, workspace_id } = dataset;
  const segments = await segmentsOf(db, workspace_id, id);
  if (segments.length > 0 && !force) throw inUse(segments);
  const syncs = await syncsOfDataset(db, id);
  await runBatch(db, [
    ...syncs.map((sync) => deleteSyncRow(db, workspace_id, sync.id)),
    ...segments.map((segment) => deleteSegmentRow(db, workspace_id, segment.id)),
    ...segments.map((segment) => announceEvent(db, segment, "segment.deleted", { segment_id: segment.id }, now)),
    deleteDatasetRow(db, workspace_id, id),
  ]);
  // A sync that is not reached now finds its row gone, and withdraws by itself.
  await Promise.allSettled(syncs.map((sync) => env.SYNC.getByName(sync.id).destroy()));
  // Nothing can reach these any more; should a call fail, rubbish stays, no wrong answer.
  await env.IMPORTER.getByName(id).destroy();
  await Promise.all(shardsOf(env, dataset).map((shard) => shard.destroy()));
  await env.FEED.getByName(id).destroy();
  await deleteFiles(env.FILES, `ws/${workspace_id}/imports/${id}/`);
}

function inUse(segments: readonly Segment[]) {
  const named = segments.map(({ id, name }) => ({ id, name }));
  const detail = `${named.length} segments are made of this dataset. Delete them first, or add force=true to delete all.`;
  return problem(409, "dataset_in_use", detail, { facts: { segments: named } });
}
