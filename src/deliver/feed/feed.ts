/**
 * One dataset's shards, merged: the position in each log, the counts of each segment, and who is to be told.
 * State and outbox are written in one transaction; telling follows it and is repeated until it is acknowledged.
 */

import { migrate } from "../../platform/migrate.ts";
import type { ObjectState } from "../../platform/types.ts";
import type { Announcement } from "../../shard/interface.ts";
import { nextDelay } from "../backoff.ts";
import { within } from "../deadline.ts";
import type { FeedApi, News } from "../interface.ts";
import { Timers } from "../timers.ts";
import { Lane, type LaneOptions } from "./outbox.ts";
import type { FeedPorts } from "./ports.ts";
import { MIGRATIONS } from "./schema.ts";
import { FeedStore } from "./store.ts";
import { totalOf } from "./totals.ts";

const NEWS_EVERY_MS = 100;
const POKE_EVERY_MS = 50;
const LOAD_BACKUP_MS = 1000;
/** A load reads every segment of the dataset: edits that follow each other closely share one. */
const LOAD_EVERY_MS = 100;
const LOAD_TIMEOUT_MS = 30_000;

export class FeedObject implements FeedApi {
  readonly #state: ObjectState;
  readonly #ports: FeedPorts;
  readonly #datasetId: string;
  readonly #timers: Timers;
  readonly #store: FeedStore;
  readonly #lanes: Readonly<Record<"segment" | "dataset" | "poke" | "refresh", Lane>>;
  #loading = false;
  /** The control plane did not answer: announcements do not ask it again before this moment. */
  #loadNotBefore = 0;
  #loadedAt = Number.NEGATIVE_INFINITY;
  /** Settles when everything was forgotten; null while there is something to know. */
  #gone: Promise<void> | null = null;

  constructor(state: ObjectState, ports: FeedPorts) {
    this.#state = state;
    this.#ports = ports;
    this.#datasetId = state.id.name ?? "";
    migrate(state.storage.sql, MIGRATIONS);
    this.#timers = new Timers(state.storage, ports.now);
    this.#store = new FeedStore(state.storage.sql);
    const news = { every_ms: NEWS_EVERY_MS, one_by_one: false };
    this.#lanes = {
      segment: this.#lane({
        ...news,
        kind: "segment",
        tell: (ids) => this.#publish(ids.map((id) => this.#segmentNews(id))),
      }),
      dataset: this.#lane({ ...news, kind: "dataset", tell: () => this.#publish([this.#datasetNews()]) }),
      poke: this.#lane({ kind: "poke", every_ms: POKE_EVERY_MS, one_by_one: true, tell: ([id]) => this.#poke(id) }),
      refresh: this.#lane({ kind: "refresh", every_ms: 0, one_by_one: true, tell: ([id]) => this.#refreshShard(id) }),
    };
  }

  async announce(announcement: Announcement): Promise<void> {
    if (this.#gone) await this.#reopen();
    this.#state.storage.transactionSync(() => this.#keep(announcement));
    this.#go();
  }

  async refresh(request: { version: number }): Promise<void> {
    if (this.#gone) await this.#reopen();
    this.#state.storage.transactionSync(() => this.#wantLoad(request.version));
    this.#load();
  }

  async destroy(): Promise<void> {
    this.#gone ??= this.#state.storage.deleteAll();
    await this.#gone;
  }

  async alarm(): Promise<void> {
    if (this.#gone) await this.#reopen();
    const due = this.#timers.takeDue();
    for (const [kind, lane] of Object.entries(this.#lanes)) if (due.includes(kind)) lane.ring();
    if (!due.includes("load") || !this.#loadOwed()) return;
    this.#timers.setNoLater("load", this.#ports.now() + LOAD_BACKUP_MS);
    this.#load();
  }

  /** After destroy() the same instance may be asked again: it begins anew. */
  async #reopen(): Promise<void> {
    await this.#gone;
    if (!this.#gone) return;
    this.#gone = null;
    migrate(this.#state.storage.sql, MIGRATIONS);
  }

  #lane(options: LaneOptions): Lane {
    const { storage } = this.#state;
    const waitUntil = (promise: Promise<unknown>) => this.#state.waitUntil(promise);
    return new Lane(options, {
      storage,
      timers: this.#timers,
      now: this.#ports.now,
      random: this.#ports.random,
      waitUntil,
    });
  }

  #keep(announcement: Announcement): void {
    this.#store.putShard(announcement);
    const changed = announcement.segments.filter((state) => this.#store.putState(announcement, state));
    const ids = changed.map((state) => state.segment_id);
    if (this.#unknown(announcement, ids)) this.#wantLoad(0);
    this.#lanes.segment.note(ids);
    if (announcement.rows_changed) this.#lanes.dataset.note([this.#datasetId]);
    this.#lanes.poke.note(announcement.rows_changed ? this.#store.syncIds() : this.#store.syncsFollowing(ids));
  }

  /** A shard or a segment that was not in the catalogue when it was loaded. */
  #unknown({ shard }: Announcement, segmentIds: readonly string[]): boolean {
    return shard >= this.#store.row().shard_count || segmentIds.some((id) => !this.#store.knowsSegment(id));
  }

  #go(): void {
    for (const lane of Object.values(this.#lanes)) lane.go();
    if (this.#loadOwed() && this.#ports.now() >= this.#loadNotBefore) this.#load();
  }

  #wantLoad(version: number): void {
    this.#store.want(version);
    this.#timers.setNoLater("load", this.#ports.now() + LOAD_BACKUP_MS);
  }

  #loadOwed(): boolean {
    const row = this.#store.row();
    return row.load_wanted > row.load_done;
  }

  #load(): void {
    if (this.#loading) return;
    this.#loading = true;
    this.#state.waitUntil(this.#loadAll());
  }

  async #loadAll(): Promise<void> {
    try {
      while (this.#loadOwed() && !this.#gone) {
        const next = this.#loadedAt + LOAD_EVERY_MS;
        if (this.#ports.now() < next) return this.#timers.setNoLater("load", next);
        this.#loadedAt = this.#ports.now();
        await this.#loadOnce();
      }
    } catch {
      this.#loadAgain();
    } finally {
      this.#loading = false;
    }
  }

  async #loadOnce(): Promise<void> {
    const { load_wanted } = this.#store.row();
    const catalogue = await within(LOAD_TIMEOUT_MS, () => this.#ports.loadCatalogue(this.#datasetId));
    const syncs = await within(LOAD_TIMEOUT_MS, () => this.#ports.loadSyncs(this.#datasetId));
    if (!catalogue) return this.destroy();
    this.#state.storage.transactionSync(() => {
      const fresh = this.#store.putCatalogue(catalogue, syncs, load_wanted);
      const { wanted_version, shard_count } = this.#store.row();
      this.#lanes.refresh.note(this.#store.behind(wanted_version, shard_count));
      this.#lanes.segment.note(fresh.segments);
      if (fresh.shards) this.#lanes.dataset.note([this.#datasetId]);
      this.#lanes.poke.note(fresh.syncs);
    });
    for (const lane of Object.values(this.#lanes)) lane.go();
  }

  #loadAgain(): void {
    try {
      const attempt = this.#store.failedLoad();
      this.#loadNotBefore = this.#ports.now() + nextDelay(attempt, this.#ports.random());
      this.#timers.set("load", this.#loadNotBefore);
    } catch {
      // The storage is gone with the object; the next one finds what is owed.
    }
  }

  async #publish(news: readonly (News | null)[]): Promise<void> {
    const { workspace_id } = this.#store.row();
    const ready = news.filter((one) => one !== null);
    if (workspace_id !== null && ready.length > 0) await this.#ports.publish(workspace_id, ready);
  }

  /** Null while a shard has not said anything yet, or when the segment is gone. */
  #segmentNews(segmentId: string): News | null {
    const { shard_count } = this.#store.row();
    const total = this.#store.knowsSegment(segmentId)
      ? totalOf(this.#store.states(segmentId, shard_count), shard_count)
      : null;
    if (!total) return null;
    const { member_count, status, progress, error } = total;
    const computed_at = new Date(total.computed_at).toISOString();
    const data = {
      segment_id: segmentId,
      dataset_id: this.#datasetId,
      member_count,
      computed_at,
      status,
      progress,
      error,
    };
    return { topic: `segment:${segmentId}`, event: "segment", data };
  }

  #datasetNews(): News | null {
    const record_count = this.#store.recordCount(this.#store.row().shard_count);
    if (record_count === null) return null;
    const data = { dataset_id: this.#datasetId, record_count };
    return { topic: `dataset:${this.#datasetId}`, event: "dataset", data };
  }

  async #poke(syncId: string | undefined): Promise<void> {
    if (syncId !== undefined) await this.#ports.pokeSync(syncId);
  }

  async #refreshShard(shard: string | undefined): Promise<void> {
    if (shard === undefined) return;
    const { wanted_version } = this.#store.row();
    const answer = await this.#ports.refreshShard(this.#datasetId, Number(shard), wanted_version);
    if (!answer.ok) throw new Error(answer.problem.detail);
    this.#store.refreshed(Number(shard), wanted_version);
  }
}
