/** What the sync object is given by the program. */

import type { ShardApi } from "../../../shard/interface.ts";
import type { News } from "../../interface.ts";

/** Which shard: `<dataset_id>/<shard>`. */
export interface ShardAddress {
  readonly dataset_id: string;
  readonly shard: number;
}

export interface SyncConfig {
  readonly sync_id: string;
  readonly workspace_id: string;
  readonly dataset_id: string;
  readonly shard_count: number;
  /** The version of the dataset's catalogue. */
  readonly catalogue_version: number;
  readonly segment_id: string;
  readonly segment_name: string;
  readonly destination_id: string;
  readonly destination_type: string;
  /** By target of the connector: the field id of the dataset. */
  readonly mapping: Readonly<Record<string, number>>;
}

export interface SyncPorts {
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** The sync as the control plane has it; null when it was deleted. */
  loadSync(syncId: string): Promise<SyncConfig | null>;
  readMembers(address: ShardAddress, request: Parameters<ShardApi["members"]>[0]): ReturnType<ShardApi["members"]>;
  readDeltas(address: ShardAddress, request: Parameters<ShardApi["deltas"]>[0]): ReturnType<ShardApi["deltas"]>;
  /** To the platform, on behalf of the account: the sandbox object's `fetch`, or the host's. */
  fetch(config: SyncConfig, request: Request): Promise<Response>;
  publish(workspaceId: string, news: readonly News[]): Promise<void>;
  /** Copies the time into the control plane, for lists. */
  recordSynced(syncId: string, at: number): Promise<void>;
}
