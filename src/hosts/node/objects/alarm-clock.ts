/** The alarms of one thread's objects, in memory: a timer for each, remade from disk at every start. */
import { clearTimeout, setTimeout } from "node:timers";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class AlarmClock<Key> {
  readonly #timers = new Map<Key, NodeJS.Timeout>();
  readonly #ring: (key: Key) => void;

  constructor(ring: (key: Key) => void) {
    this.#ring = ring;
  }

  /** Replaces the key's alarm; null takes it away. */
  set(key: Key, at: number | null): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    if (at === null) return;
    const delay = Math.max(0, at - Date.now());
    this.#timers.set(key, delay > LONGEST_TIMER_MS ? this.#later(key, at) : setTimeout(() => this.#due(key), delay));
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #later(key: Key, at: number): NodeJS.Timeout {
    return setTimeout(() => this.set(key, at), LONGEST_TIMER_MS);
  }

  #due(key: Key): void {
    this.#timers.delete(key);
    this.#ring(key);
  }
}
