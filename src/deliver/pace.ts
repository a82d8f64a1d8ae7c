/** At most one per interval for each topic, the first at once. Memory only: forgetting lets one more through. */
const PRUNE_ABOVE = 10_000;

export class Pace {
  readonly #interval: number;
  readonly #last = new Map<string, number>();

  constructor(intervalMs: number) {
    this.#interval = intervalMs;
  }

  /** Milliseconds until the topic may go out; 0 when it may now. */
  wait(topic: string, now: number): number {
    const last = this.#last.get(topic);
    if (last === undefined || now < last) return 0;
    return Math.max(0, last + this.#interval - now);
  }

  went(topic: string, now: number): void {
    this.#last.set(topic, now);
    if (this.#last.size > PRUNE_ABOVE) this.#prune(now);
  }

  #prune(now: number): void {
    for (const [topic, last] of this.#last) if (now - last >= this.#interval) this.#last.delete(topic);
  }
}
