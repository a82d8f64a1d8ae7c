/** How many shards a dataset gets: decided once, at its first rows. */
import { and, eq, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { bumpRelated } from "./repositories/relations.ts";
import { datasets } from "./schema/datasets.ts";

const SMALL = 200_000;
/** What an isolate of 128 MB has room for. */
const ROWS_EACH = 1_000_000;

/** The settings of the host that say where shards live. */
interface ShardHost {
  readonly CORES?: string | undefined;
  readonly ROWS_A_SHARD?: string | undefined;
}

/** 1 below 200,000 rows; above, one for so many rows begun as a shard of the host may have, but at least one for each core. */
export function shardCountFor(estimatedRows: number, { CORES = "1", ROWS_A_SHARD }: ShardHost): number {
  if (estimatedRows < SMALL) return 1;
  const rowsEach = Number(ROWS_A_SHARD ?? ROWS_EACH);
  return Math.max(1, Math.floor(Number(CORES)), Math.ceil(estimatedRows / rowsEach));
}

/**
 * Sets the number of shards where it is not set, and answers what it is. Two first imports at once get one
 * answer. It is part of the catalogue, so the version rises with it.
 */
export async function ensureShardCount(
  db: Database,
  workspaceId: string,
  datasetId: string,
  wanted: number,
): Promise<{ shard_count: number; catalogue_version: number } | null> {
  const which = and(eq(datasets.workspace_id, workspaceId), eq(datasets.id, datasetId));
  const read = db
    .select({ shard_count: datasets.shard_count, catalogue_version: datasets.catalogue_version })
    .from(datasets)
    .where(which);
  const isUnset = sql`EXISTS (SELECT 1 FROM datasets AS unset WHERE unset.id = ${datasetId} AND unset.shard_count = 0)`;
  const set = db
    .update(datasets)
    .set({ shard_count: wanted, catalogue_version: sql`${datasets.catalogue_version} + 1` })
    .where(and(which, eq(datasets.shard_count, 0)));
  // Whoever is related to it sends copies to its shards, or waits for theirs. News for them only at the first rows;
  // ahead of it, as afterwards nothing tells the first time from the others.
  const tell = bumpRelated(db, workspaceId, datasetId, isUnset);
  const [, , rows] = await db.batch([tell, set, read]);
  return rows[0] ?? null;
}
