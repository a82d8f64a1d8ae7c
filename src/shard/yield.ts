/** Long work gives way to waiting messages about every ten milliseconds. */
const SLICE_MS = 8;
/** On Cloudflare the clock stands still while code runs: there every so many calls give way. */
const STILL_CALLS = 4;

export class Slices {
  #began = performance.now();
  #still = 0;

  /** Resolves at once while the slice lasts; else after those who wait had their turn. */
  async next(): Promise<void> {
    const passed = performance.now() - this.#began;
    if (passed === 0 ? ++this.#still < STILL_CALLS : passed < SLICE_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#began = performance.now();
    this.#still = 0;
  }
}
