/**
 * At most one per interval for each topic, the first ones at once: who was quiet may go out twice in a row, so that a
 * second change soon after the first is not late. Memory only: forgetting lets some more through.
 */
const PRUNE_ABOVE = 10_000;
const BURST = 2;

export class Pace {
  readonly #interval: number;
  /** When everything that went out would have gone out at one per interval. */
  readonly #paid = new Map<string, number>();

  constructor(intervalMs: number) {
    this.#interval = intervalMs;
  }

  /** Milliseconds until the topic may go out; 0 when it may now. */
  wait(topic: string, now: number): number {
    const paid = this.#paid.get(topic);
    if (paid === undefined || paid - now > BURST * this.#interval) return 0; // the clock was put back
    return Math.max(0, paid - (BURST - 1) * this.#interval - now);
  }

  went(topic: string, now: number): void {
    const paid = this.#paid.get(topic) ?? 0;
    const known = paid - now > BURST * this.#interval ? 0 : paid;
    this.#paid.set(topic, Math.max(known, now) + this.#interval);
    if (this.#paid.size > PRUNE_ABOVE) this.#prune(now);
  }

  #prune(now: number): void {
    for (const [topic, paid] of this.#paid) if (paid <= now) this.#paid.delete(topic);
  }
}
