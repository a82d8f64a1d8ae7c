/** Long work gives way to waiting messages about every ten milliseconds. */
const SLICE_MS = 8;

export class Slices {
  #began = performance.now();

  /** Resolves at once while the slice lasts; else after those who wait had their turn. */
  async next(): Promise<void> {
    if (performance.now() - this.#began < SLICE_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#began = performance.now();
  }

  /** True when the next call of `next` would wait. */
  get over(): boolean {
    return performance.now() - this.#began >= SLICE_MS;
  }
}
