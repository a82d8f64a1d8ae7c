/** Tells open pages, and the control plane's lists, what a sync's state is now. Level by level: the newest state is told, not each. */
import type { SyncState } from "../../interface.ts";
import type { Timers } from "../../timers.ts";
import type { SyncPorts } from "./ports.ts";
import type { SyncRowStore } from "./sync-row.ts";

const EVERY_MS = 100;
const AGAIN_MS = 2000;
/** A sync that is merely still in step says so at most so often. */
const STILL_IN_SYNC_MS = 10_000;

interface TellerParts {
  readonly rows: SyncRowStore;
  readonly timers: Timers;
  readonly ports: SyncPorts;
  state(): SyncState;
}

export class Teller {
  readonly #parts: TellerParts;
  #last = 0;
  #telling = false;

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  /** A promise when there is something to tell, which never rejects. */
  tell(): Promise<void> | null {
    const { rows, ports, timers } = this.#parts;
    const { config, published, ending_since } = rows.read();
    if (this.#telling || config === null || ending_since !== null) return null;
    const state = this.#parts.state();
    if (!isNews(published === null ? null : JSON.parse(published), state)) return null;
    const now = ports.now();
    if (now >= this.#last && now < this.#last + EVERY_MS) {
      timers.setNoLater("tell", this.#last + EVERY_MS);
      return null;
    }
    this.#last = now;
    this.#telling = true;
    return this.#send(config.workspace_id, config.sync_id, config.segment_id, state);
  }

  async #send(workspaceId: string, sync_id: string, segment_id: string, state: SyncState): Promise<void> {
    const { rows, ports, timers } = this.#parts;
    const last_synced_at = state.last_synced_at === null ? null : new Date(state.last_synced_at).toISOString();
    const { status, audience_size, waiting, error } = state;
    const data = { sync_id, segment_id, status, audience_size, waiting, last_synced_at, error };
    try {
      await ports.publish(workspaceId, [{ topic: `sync:${sync_id}`, event: "sync", data }]);
      if (state.last_synced_at !== null) await ports.recordSynced(sync_id, state.last_synced_at);
      rows.patch({ published: JSON.stringify(state) });
      if (isNews(state, this.#parts.state())) timers.setNoLater("tell", ports.now() + EVERY_MS);
    } catch {
      this.#again();
    } finally {
      this.#telling = false;
    }
  }

  #again(): void {
    try {
      this.#parts.timers.setNoLater("tell", this.#parts.ports.now() + AGAIN_MS);
    } catch {
      // The storage is gone with the object; the next one finds an untold state.
    }
  }
}

function isNews(told: SyncState | null, state: SyncState): boolean {
  if (told === null) return true;
  const { last_synced_at: before, ...oldRest } = told;
  const { last_synced_at: after, ...newRest } = state;
  if (JSON.stringify(oldRest) !== JSON.stringify(newRest)) return true;
  return (after ?? 0) - (before ?? 0) >= STILL_IN_SYNC_MS;
}
