/**
 * Tells the feed what changed, after the commit. One call at a time; what changes meanwhile goes into
 * the next. If a call is lost, or the shard with it, the alarm that was set in the transaction of the
 * change announces again: announcements are absolute, so repeating one is harmless.
 */
import type { Announcement } from "./interface.ts";

export class Announcer {
  readonly #send: (announcement: Announcement) => Promise<void>;
  readonly #make: (segments: ReadonlySet<string>, rowsChanged: boolean) => Announcement;
  #segments = new Set<string>();
  #rowsChanged = false;
  #dirty = false;
  #sending: Promise<void> | null = null;

  constructor(
    make: (segments: ReadonlySet<string>, rowsChanged: boolean) => Announcement,
    send: (announcement: Announcement) => Promise<void>,
  ) {
    this.#make = make;
    this.#send = send;
  }

  get waiting(): boolean {
    return this.#dirty || this.#sending !== null;
  }

  note(segments: Iterable<string>, rowsChanged: boolean): void {
    for (const id of segments) this.#segments.add(id);
    this.#rowsChanged ||= rowsChanged;
    this.#dirty = true;
  }

  /** Resolves when nothing is left to tell, or after the first failure (the alarm tries again). */
  flush(): Promise<void> {
    this.#sending ??= this.#drain();
    return this.#sending;
  }

  /** Is over in the very step that finds nothing more to tell: what is noted after that begins anew. */
  async #drain(): Promise<void> {
    await null; // until `flush` has put this down
    while (this.#dirty) {
      const segments = this.#segments;
      const rowsChanged = this.#rowsChanged;
      this.#segments = new Set();
      this.#rowsChanged = false;
      this.#dirty = false;
      try {
        await this.#send(this.#make(segments, rowsChanged));
      } catch {
        this.note(segments, rowsChanged);
        break;
      }
    }
    this.#sending = null;
  }
}
