/** What an importer is given: the bucket, the shards, the control plane, the live page. */
import type { Outcome } from "../../platform/problem.ts";
import type { Stub } from "../../platform/types.ts";
import type { ShardApi } from "../../shard/interface.ts";
import type { ConvertField } from "../csv/index.ts";
import type { ImportState, ImportStatus, InspectedField } from "../interface.ts";

/** The dataset as an import sees it. */
export interface ImportTarget {
  readonly workspace_id: string;
  readonly version: number;
  readonly shard_count: number;
  readonly time_zone: string;
  readonly fields: readonly ConvertField[];
  /** Null where rows are named by their hash. */
  readonly key_field: string | null;
}

export interface ImporterPorts {
  now(): number;
  /** So many bytes of a file with a key go to the shards at once: a call carries at most 32 MiB, an isolate 128 MB in all. */
  readonly blockBytes: number;
  /** Between two steps, for whoever shares the thread. A question is several calls, and each waits for a gap. */
  readonly pauseMs: number;
  /** A fault that was met and is tried again: for whoever runs the program. */
  report(fault: string, error: unknown): void;
  /** The bytes from `offset`; fewer than `length` only at the end of the file. */
  readRange(fileKey: string, offset: number, length: number): Promise<Uint8Array>;
  /** The import ended so. An upload whose import was not done is kept for another try, every other file deleted. */
  releaseFile(fileKey: string, status: ImportStatus): Promise<void>;
  /** Adds the columns that are new as fields and, at the first rows, sets the number of shards. */
  prepare(datasetId: string, columns: readonly InspectedField[], rows: number): Promise<Outcome<ImportTarget>>;
  target(datasetId: string): Promise<Outcome<ImportTarget>>;
  shard(datasetId: string, shard: number): Stub<ShardApi>;
  /** Tells open pages. */
  publish(workspaceId: string, datasetId: string, state: ImportState): Promise<void>;
  /** Keeps the final state with the import's other particulars. Repeatable. */
  finished(datasetId: string, state: ImportState): Promise<void>;
}
