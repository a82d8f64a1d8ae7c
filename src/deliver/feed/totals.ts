/** From what each shard says of a segment to what a page is told of it. Pure. */
import type { SegmentState } from "../../shard/interface.ts";

export type ShardState = Pick<SegmentState, "version" | "status" | "progress" | "count" | "computed_at"> & {
  readonly error: string | null;
};

export interface SegmentTotal {
  readonly member_count: number;
  /** Epoch milliseconds: when the number last changed or was verified. */
  readonly computed_at: number;
  readonly status: "computing" | "live" | "failed";
  /** 0 to 1. */
  readonly progress: number;
  readonly error: string | null;
}

/** Null until every shard has said something. */
export function totalOf(states: readonly ShardState[], shardCount: number): SegmentTotal | null {
  if (shardCount === 0 || states.length < shardCount) return null;
  const version = Math.max(...states.map((state) => state.version));
  const status = statusOf(states, version);
  return {
    member_count: states.reduce((sum, state) => sum + state.count, 0),
    computed_at: Math.max(...states.map((state) => state.computed_at)),
    status,
    progress: status === "live" ? 1 : progressOf(states, version),
    error: states.find((state) => state.error !== null)?.error ?? null,
  };
}

/** One shard behind the others' version is still going to compute it. */
function statusOf(states: readonly ShardState[], version: number): SegmentTotal["status"] {
  const current = states.filter((state) => state.version === version);
  if (current.some((state) => state.status === "failed" || state.status === "cancelled")) return "failed";
  if (current.length < states.length) return "computing";
  return current.every((state) => state.status === "live") ? "live" : "computing";
}

function progressOf(states: readonly ShardState[], version: number): number {
  const done = states.map((state) => {
    if (state.version !== version) return 0;
    return state.status === "live" ? 1 : state.progress;
  });
  return done.reduce((sum, progress) => sum + progress, 0) / states.length;
}
