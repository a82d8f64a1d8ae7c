/**
 * A dataset's segments with their queries, as shards need them. Queries that this thread has read before are not read
 * again: a version of a query never changes, and a dataset of a thousand segments is loaded at every edit of one.
 */
import type { Database } from "./database.ts";
import { type DefinedSegment, queriesOf, segmentHeads } from "./repositories/segments.ts";
import type { StoredQuery } from "./schema/segments.ts";

/** Queries are kept of so many datasets, those loaded last. */
const KEPT_DATASETS = 50;

type Known = ReadonlyMap<string, { readonly version: number; readonly query: StoredQuery }>;
const kept = new Map<string, Known>();

export async function definedSegments(db: Database, workspaceId: string, datasetId: string): Promise<DefinedSegment[]> {
  const heads = await segmentHeads(db, workspaceId, datasetId);
  const known = kept.get(datasetId) ?? new Map();
  const missing = heads.filter(({ id, version }) => known.get(id)?.version !== version).map(({ id }) => id);
  const read = missing.length === 0 ? [] : await queriesOf(db, workspaceId, missing);
  const fresh = new Map(read.map((one) => [one.id, one]));
  const defined = heads.flatMap((head) => {
    const found = fresh.get(head.id) ?? known.get(head.id);
    return found ? [{ ...head, version: found.version, query: found.query }] : []; // deleted in between
  });
  keep(datasetId, new Map(defined.map(({ id, version, query }) => [id, { version, query }])));
  return defined;
}

function keep(datasetId: string, known: Known): void {
  kept.delete(datasetId);
  kept.set(datasetId, known);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_DATASETS) return;
    kept.delete(oldest);
  }
}
