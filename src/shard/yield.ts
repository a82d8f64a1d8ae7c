/** Long work gives way to waiting messages about every ten milliseconds. */
const SLICE_MS = 8;
/** On Cloudflare the clock stands still while code runs: there every so many calls give way. */
const STILL_CALLS = 4;

export class Slices {
  #began = performance.now();
  #still = 0;
  readonly #between: () => Promise<void>;

  /** `between`: what has to be looked after whenever others had their turn. */
  constructor(between: () => Promise<void> = async () => {}) {
    this.#between = between;
  }

  /** Resolves at once while the slice lasts; else after those who wait had their turn, with true. */
  async next(): Promise<boolean> {
    if (!(await this.give())) return false;
    await this.#between();
    this.#restart();
    return true;
  }

  /**
   * The same without what has to be looked after in between: for whoever holds what that would wait for (a chunk that
   * is being loaded: the clock, too, loads chunks).
   */
  async give(): Promise<boolean> {
    const passed = performance.now() - this.#began;
    if (passed === 0 ? ++this.#still < STILL_CALLS : passed < SLICE_MS) return false;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#restart();
    return true;
  }

  #restart(): void {
    this.#began = performance.now();
    this.#still = 0;
  }
}
