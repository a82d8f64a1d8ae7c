/**
 * Tells open pages, and the control plane's lists, what a sync's state is now. Level by level: the newest state is
 * told, not each. What this instance told last is memory only: forgetting tells once more.
 */
import { within } from "../../deadline.ts";
import type { SyncState } from "../../interface.ts";
import type { Timers } from "../../timers.ts";
import type { SyncPorts } from "./ports.ts";
import type { SyncRowStore } from "./sync-row.ts";

const NEWS_EVERY_MS = 100;
/** That a sync is still in step is told, and written to the control plane, at most so often. */
const SYNCED_EVERY_MS = 1000;
const AGAIN_MS = 2000;
const TIMEOUT_MS = 30_000;

interface TellerParts {
  readonly rows: SyncRowStore;
  readonly timers: Timers;
  readonly ports: SyncPorts;
  state(): SyncState;
}

interface Told {
  readonly state: SyncState;
  readonly at: number;
}

export class Teller {
  readonly #parts: TellerParts;
  #told: Told | null = null;
  #recorded: { readonly last_synced_at: number | null; readonly at: number } | null = null;
  #telling = false;

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  /** A promise when there is something to tell now, which never rejects. What is too soon follows by alarm. */
  tell(): Promise<void> | null {
    const { rows, ports, timers } = this.#parts;
    const { config, ending_since } = rows.read();
    if (this.#telling || config === null || ending_since !== null) return null;
    const state = this.#parts.state();
    const at = this.#dueAt(state);
    if (at === null) return null;
    const now = ports.now();
    if (at > now && at <= now + SYNCED_EVERY_MS) {
      timers.setNoLater("tell", at);
      return null;
    }
    this.#telling = true;
    return this.#send(config.workspace_id, config.sync_id, config.segment_id, state);
  }

  /** When this state is to be told, perhaps long ago; null when it was. */
  #dueAt(state: SyncState): number | null {
    if (this.#told === null || differs(this.#told.state, state)) return (this.#told?.at ?? 0) + NEWS_EVERY_MS;
    if (this.#recorded?.last_synced_at === state.last_synced_at) return null;
    return (this.#recorded?.at ?? 0) + SYNCED_EVERY_MS;
  }

  async #send(workspaceId: string, sync_id: string, segment_id: string, state: SyncState): Promise<void> {
    const { ports } = this.#parts;
    const last_synced_at = state.last_synced_at === null ? null : new Date(state.last_synced_at).toISOString();
    const { status, audience_size, waiting, error } = state;
    const data = { sync_id, segment_id, status, audience_size, waiting, last_synced_at, error };
    try {
      const news = { topic: `sync:${sync_id}`, event: "sync", data } as const;
      await within(TIMEOUT_MS, () => ports.publish(workspaceId, [news]));
      this.#told = { state, at: ports.now() };
      await this.#record(sync_id, state.last_synced_at);
      this.#follow(0);
    } catch {
      this.#follow(AGAIN_MS);
    } finally {
      this.#telling = false;
    }
  }

  async #record(syncId: string, last_synced_at: number | null): Promise<void> {
    const { ports } = this.#parts;
    const at = ports.now();
    const tooSoon = this.#recorded !== null && at < this.#recorded.at + SYNCED_EVERY_MS && at >= this.#recorded.at;
    if (tooSoon || last_synced_at === this.#recorded?.last_synced_at) return;
    if (last_synced_at !== null) await within(TIMEOUT_MS, () => ports.recordSynced(syncId, last_synced_at));
    this.#recorded = { last_synced_at, at };
  }

  /** The state has moved on meanwhile, or was not told: an alarm tells it. */
  #follow(after: number): void {
    try {
      const at = this.#dueAt(this.#parts.state());
      if (at !== null) this.#parts.timers.setNoLater("tell", Math.max(at, this.#parts.ports.now() + after));
    } catch {
      // The storage is gone with the object; the next one has told nothing yet.
    }
  }
}

/** Whether anything but the time of the last step differs. */
function differs(one: SyncState, other: SyncState): boolean {
  const rest = ({ last_synced_at: _, ...state }: SyncState) => JSON.stringify(state);
  return rest(one) !== rest(other);
}
