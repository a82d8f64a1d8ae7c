/** What the shards say of segments, as one answer for each segment. */

import type { Database } from "../../control/database.ts";
import { readStored } from "../../control/read-queries.ts";
import { type Dataset, findDataset } from "../../control/repositories/datasets.ts";
import type { Segment } from "../../control/repositories/segments.ts";
import type { SegmentState } from "../../shard/interface.ts";
import type { Env } from "../env.ts";
import { askAll } from "./shards.ts";

export interface LiveState {
  readonly status: "computing" | "live" | "failed";
  /** 0 to 1. */
  readonly progress: number;
  readonly count: number;
  readonly computed_at: number | null;
  readonly error: string | null;
  /** The query as a sentence. */
  readonly words: string;
}

const CANCELLED = "The computation was cancelled. Save the segment again to start it anew.";

/**
 * One state from those of all shards: any failed is failed, any computing is computing, counts add up. A shard that
 * does not know the segment yet has still to compute it.
 */
export function mergeStates(states: readonly SegmentState[], shardCount: number): Omit<LiveState, "words"> {
  const failed = states.find((state) => state.status === "failed" || state.status === "cancelled");
  const computing = states.some((state) => state.status === "computing") || states.length < shardCount;
  const total = states.reduce((sum, state) => sum + (state.status === "live" ? 1 : state.progress), 0);
  const computedAt = Math.max(0, ...states.map((state) => state.computed_at));
  return {
    status: failed ? "failed" : computing ? "computing" : "live",
    progress: shardCount === 0 ? 1 : total / shardCount,
    count: states.reduce((sum, state) => sum + state.count, 0),
    computed_at: computedAt || null,
    error: failed ? (failed.error ?? CANCELLED) : null,
  };
}

/** The live state of each of these segments of one workspace, by segment id. One call for each shard concerned. */
export async function liveStates(
  env: Env,
  db: Database,
  workspaceId: string,
  segments: readonly Segment[],
): Promise<Map<string, LiveState>> {
  const byDataset = Map.groupBy(segments, (segment) => segment.dataset_id);
  const states = new Map<string, LiveState>();
  await Promise.all(
    [...byDataset].map(async ([datasetId, ofDataset]) => {
      const dataset = await findDataset(db, workspaceId, datasetId);
      if (dataset) for (const [id, state] of await statesIn(env, db, dataset, ofDataset)) states.set(id, state);
    }),
  );
  return states;
}

/** The live state of one segment. */
export async function liveState(env: Env, db: Database, dataset: Dataset, segment: Segment): Promise<LiveState> {
  return (await statesIn(env, db, dataset, [segment])).get(segment.id) ?? failedState("It is not known.");
}

async function statesIn(
  env: Env,
  db: Database,
  dataset: Dataset,
  segments: readonly Segment[],
): Promise<Map<string, LiveState>> {
  const ids = segments.map((segment) => segment.id);
  const version = dataset.catalogue_version;
  const [answers, { queries }] = await Promise.all([
    askAll(env, dataset, (shard) => shard.states({ version, segment_ids: ids })),
    readStored(db, dataset, segments),
  ]);
  const bySegment = Map.groupBy(answers.flat(), (state) => state.segment_id);
  return new Map(
    segments.map((segment) => {
      const parsed = queries.get(segment.id);
      if (!parsed?.ok) return [segment.id, failedState(parsed?.problem.detail ?? "It is not known.")];
      const merged = mergeStates(bySegment.get(segment.id) ?? [], dataset.shard_count);
      // Before the first rows there is nothing to compute: empty is exact.
      const computed_at = dataset.shard_count === 0 ? segment.updated_at : merged.computed_at;
      return [segment.id, { ...merged, computed_at, words: parsed.value.words }];
    }),
  );
}

/** A query that is not valid any more: the segment stays, shows why, and can be mended. */
function failedState(error: string): LiveState {
  return { status: "failed", progress: 0, count: 0, computed_at: null, error, words: "" };
}
