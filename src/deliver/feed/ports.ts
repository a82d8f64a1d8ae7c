/** What the feed is given by the program. */
import type { Catalogue, ShardApi } from "../../shard/interface.ts";
import type { News } from "../interface.ts";

/** What the feed needs of a dataset's catalogue; a shard's `Catalogue` will do. */
export type FeedCatalogue = Pick<Catalogue, "workspace_id" | "version" | "shard_count"> & {
  readonly segments: readonly { readonly id: string; readonly version: number }[];
};

export interface FeedSync {
  readonly id: string;
  readonly segment_id: string;
}

export interface FeedPorts {
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** The newest; null when the dataset is gone. */
  loadCatalogue(datasetId: string): Promise<FeedCatalogue | null>;
  loadSyncs(datasetId: string): Promise<readonly FeedSync[]>;
  refreshShard(datasetId: string, shard: number, version: number): ReturnType<ShardApi["refresh"]>;
  publish(workspaceId: string, news: readonly News[]): Promise<void>;
  pokeSync(syncId: string): Promise<void>;
}
