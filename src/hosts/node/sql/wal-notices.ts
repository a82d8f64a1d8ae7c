/** How a database, on whatever thread, says that its write-ahead log has grown. */
import { BroadcastChannel } from "node:worker_threads";

export const WAL_NOTICES = "cutty-wal";

const EVERY_MS = 200;

let channel: BroadcastChannel | null = null;

export class WalNotices {
  readonly #path: string;
  #saidAt = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Says it now and then. */
  grown(): void {
    const now = performance.now();
    if (now - this.#saidAt < EVERY_MS) return;
    this.#saidAt = now;
    if (channel === null) {
      channel = new BroadcastChannel(WAL_NOTICES);
      channel.unref();
    }
    channel.postMessage(this.#path);
  }
}
