/** What an importer is given: its dataset in the control plane, the bucket, the shards, open pages. */
import { isUploaded } from "../api/data/join-parts.ts";
import { wakePointing } from "../api/data/relation-states.ts";
import { type Env, now } from "../api/env.ts";
import { importAnswer } from "../api/shapes/import.ts";
import { editCatalogue } from "../control/catalogue.ts";
import { addFields, sameFields, storedFields } from "../control/fields.ts";
import { type Database, ensureShardCount, openDatabase, shardCountFor } from "../control/index.ts";
import { type Dataset, findDatasetById, updateDataset } from "../control/repositories/datasets.ts";
import { findImport, finishImport } from "../control/repositories/imports.ts";
import { findWorkspace } from "../control/repositories/workspaces.ts";
import type { ImporterPorts, ImportTarget } from "../ingest/importer/ports.ts";
import type { InspectedField } from "../ingest/interface.ts";
import { failure, type Outcome, success } from "../platform/problem.ts";

/** In memory as often as it is on its way: read, sorted by shard, read ahead. */
const BLOCK_BYTES = 4 * 1024 * 1024;
/** Where one isolate may hold the shards and answer the requests, too. With 5 or 12 ms, questions waited for the import's end. */
const SHARED_PAUSE_MS = 20;

export function importerPorts(env: Env): ImporterPorts {
  const db = openDatabase(env.DB);
  return {
    now: () => now(env),
    blockBytes: BLOCK_BYTES,
    pauseMs: env.CORES === undefined ? SHARED_PAUSE_MS : 0,
    report: (fault, error) => console.error(fault, error),
    readRange: (key, offset, length) => readRange(env, key, offset, length),
    releaseFile: async (key, status) => {
      if (status === "done" || !isUploaded(key)) await env.FILES.delete(key);
    },
    target: async (datasetId) => targetOf(db, await findDatasetById(db, datasetId)),
    prepare: (datasetId, columns, rows) => prepare(env, db, datasetId, columns, rows),
    shard: (datasetId, shard) => env.SHARD.getByName(`${datasetId}/${shard}`),
    publish: async (workspaceId, datasetId, state) => {
      const row = await findImport(db, workspaceId, state.id);
      if (!row) return; // its request is still writing it down; the next news carries all
      const data = { ...importAnswer(row, state), dataset_id: datasetId };
      await env.LIVE.getByName(workspaceId).publish([{ topic: `import:${state.id}`, event: "import", data }]);
    },
    finished: (datasetId, state) => finishImport(db, datasetId, state),
  };
}

async function readRange(env: Env, key: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await env.FILES.get(key, { range: { offset, length } });
  if (!file) throw new Error(`the import's file ${key} is gone`);
  return new Uint8Array(await file.arrayBuffer());
}

/** The header's new columns become fields; the number of shards is set where there are none yet. */
async function prepare(
  env: Env,
  db: Database,
  datasetId: string,
  columns: readonly InspectedField[],
  rows: number,
): Promise<Outcome<ImportTarget>> {
  const dataset = await findDatasetById(db, datasetId);
  if (!dataset) return failure(gone(datasetId));
  const at = now(env);
  await editCatalogue(db, dataset.workspace_id, datasetId, (current) => {
    const fields = addFields(current.fields, columns);
    const statements = [updateDataset(db, current.workspace_id, datasetId, { fields, updated_at: at })];
    return { value: null, statements: sameFields(current.fields, fields) ? [] : statements, tells_related: true };
  });
  await ensureShardCount(db, dataset.workspace_id, datasetId, shardCountFor(rows, env));
  const prepared = await findDatasetById(db, datasetId);
  if (prepared && dataset.shard_count === 0) await wakePointing(env, db, prepared);
  return targetOf(db, prepared);
}

async function targetOf(db: Database, dataset: Dataset | null): Promise<Outcome<ImportTarget>> {
  const workspace = dataset && (await findWorkspace(db, dataset.workspace_id));
  if (!dataset || !workspace) return failure(gone(dataset?.id ?? ""));
  return success({
    workspace_id: dataset.workspace_id,
    version: dataset.catalogue_version,
    shard_count: dataset.shard_count,
    time_zone: workspace.time_zone,
    fields: storedFields(dataset.fields),
    key_field: dataset.key_kind === "field" ? dataset.key_field : null,
  });
}

const gone = (id: string) => ({
  code: "dataset_not_found",
  status: 404,
  detail: `The dataset ${id} is not there any more, so its import ended.`,
});
