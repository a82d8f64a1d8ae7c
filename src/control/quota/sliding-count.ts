/**
 * How often something was done in the last `window_s` seconds, second by second. A second counts until it lies wholly
 * outside: there is no window of that length in which more was allowed than the limit.
 */
export class SlidingCount {
  /** Epoch seconds to how often, oldest first. */
  readonly #seconds = new Map<number, number>();
  #sum = 0;

  /** What was stored, oldest first. */
  constructor(stored: Iterable<readonly [second: number, hits: number]> = []) {
    for (const [second, hits] of stored) this.#put(second, hits);
  }

  #put(second: number, hits: number): void {
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + hits);
    this.#sum += hits;
  }

  hit(second: number): void {
    this.#put(second, 1);
  }

  hitsIn(second: number): number {
    return this.#seconds.get(second) ?? 0;
  }

  /** How often in the window that ends now. What is older is forgotten. */
  countAt(second: number, window_s: number): number {
    for (const [oldest, hits] of this.#seconds) {
      if (oldest >= second - window_s) break;
      this.#seconds.delete(oldest);
      this.#sum -= hits;
    }
    return this.#sum;
  }

  /** Seconds until the oldest one counts no more; 0 where there is none. After `countAt`. */
  freeIn(second: number, window_s: number): number {
    for (const [oldest] of this.#seconds) return oldest + window_s + 1 - second;
    return 0;
  }
}
