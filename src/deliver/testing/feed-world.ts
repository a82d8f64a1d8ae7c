/** A feed with what it is given as plain records: what it told whom, and what refuses to be told. */

import { success } from "../../platform/problem.ts";
import type { Announcement, SegmentState } from "../../shard/interface.ts";
import { FeedObject } from "../feed/feed.ts";
import type { FeedCatalogue, FeedPorts, FeedSync } from "../feed/ports.ts";
import type { News } from "../interface.ts";
import { ObjectHost } from "./object-host.ts";

export class FeedWorld {
  readonly feed: ObjectHost<FeedObject>;
  readonly published: News[] = [];
  readonly pokes: string[] = [];
  readonly refreshes: { shard: number; version: number }[] = [];
  catalogue: FeedCatalogue | null = {
    workspace_id: "ws_1",
    version: 7,
    shard_count: 2,
    segments: [
      { id: "a", version: 1 },
      { id: "b", version: 1 },
    ],
  };
  syncs: readonly FeedSync[] = [
    { id: "syn_a", segment_id: "a" },
    { id: "syn_b", segment_id: "b" },
  ];
  /** Called at every port, before it does anything: the place for failures and crashes. */
  beforePort: (port: keyof FeedPorts, id?: string) => void = () => undefined;

  constructor() {
    this.feed = new ObjectHost("ds_1", { now: () => Date.now() }, (state) => new FeedObject(state, this.#ports()));
  }

  /** The newest news of a topic. */
  newest(topic: string): News["data"] | undefined {
    return this.published.findLast((news) => news.topic === topic)?.data;
  }

  async announce(shard: number, seq: number, segments: readonly SegmentState[], more: Partial<Announcement> = {}) {
    const announcement = {
      dataset_id: "ds_1",
      workspace_id: "ws_1",
      shard,
      seq,
      at: seq,
      record_count: 10,
      rows_changed: true,
    };
    await this.feed.object.announce({ ...announcement, segments, ...more });
  }

  /** A call leaves after the handler's turn, as on the hosts. */
  async #at(port: keyof FeedPorts, id?: string): Promise<void> {
    await null;
    this.beforePort(port, id);
  }

  #ports(): FeedPorts {
    return {
      now: () => Date.now(),
      random: () => 0.5,
      loadCatalogue: async () => {
        await this.#at("loadCatalogue");
        return this.catalogue;
      },
      loadSyncs: async () => {
        await this.#at("loadSyncs");
        return this.syncs;
      },
      refreshShard: async (_dataset, shard, version) => {
        await this.#at("refreshShard", String(shard));
        this.refreshes.push({ shard, version });
        return success({ seq: 0 });
      },
      publish: async (_workspace, news) => {
        await this.#at("publish");
        this.published.push(...news);
      },
      pokeSync: async (id) => {
        await this.#at("pokeSync", id);
        this.pokes.push(id);
      },
    };
  }
}

export function live(segment_id: string, count: number, more: Partial<SegmentState> = {}): SegmentState {
  return { segment_id, version: 1, status: "live", progress: 1, count, computed_at: 1000, ...more };
}
