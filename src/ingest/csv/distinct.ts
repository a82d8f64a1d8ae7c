/**
 * How many different values a column holds, and whether any came twice, in bounded memory.
 *
 * Hashes of 53 bits are kept. Above the bound only those of one half of the hash space are kept on
 * (then a quarter, …): a value that repeats is then still met with a probability that does not
 * depend on where it stands in the file, and a column with many repeats is found out for certain.
 */

export interface DistinctState {
  /** Different values that were counted one by one, at least. */
  readonly atLeast: number;
  readonly unique: boolean;
  /** Only hashes that are multiples of 2^sampling are kept; 0 keeps all. */
  readonly sampling: number;
  /** Null once the column is known to repeat and to hold more values than are worth counting. */
  readonly hashes: readonly number[] | null;
}

/** Different values of a column with repeats, above which nobody counts on. */
const COUNTED = 1_000;
/** Values met last are not looked for among all. A power of two. */
const RECENT = 1_024;
const HIGH = 0xdeadbeef;
const LOW = 0x41c6ce57;

export class Distinct {
  #hashes: Set<number> | null = new Set();
  #atLeast = 0;
  #unique = true;
  #sampling = 0;
  #step = 1;
  readonly #bound: number;
  readonly #recent = new Float64Array(RECENT).fill(-1);

  /** @param bound hashes to keep while no value repeats; 0: nobody asks. */
  constructor(bound: number, state?: DistinctState) {
    this.#bound = bound;
    if (bound === 0) {
      this.#hashes = null;
      this.#unique = false;
    }
    if (state === undefined) return;
    this.#hashes = state.hashes === null ? null : new Set(state.hashes);
    this.#atLeast = state.atLeast;
    this.#unique = state.unique;
    this.#sampling = state.sampling;
    this.#step = 2 ** state.sampling;
  }

  /** No value came twice, as far as was looked. */
  get unique(): boolean {
    return this.#unique;
  }

  /** Every value was looked at for uniqueness. */
  get exact(): boolean {
    return this.#sampling === 0;
  }

  get atLeast(): number {
    return Math.max(this.#atLeast, this.#hashes?.size ?? 0);
  }

  add(value: string): void {
    if (this.#hashes === null) return;
    let high = HIGH;
    let low = LOW;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      high = Math.imul(high ^ unit, 2654435761);
      low = Math.imul(low ^ unit, 1597334677);
    }
    this.#add(high, low, this.#hashes);
  }

  /** The same of a value as bytes, all of them ASCII. */
  addAscii(bytes: Uint8Array, from: number, to: number): void {
    if (this.#hashes === null) return;
    let high = HIGH;
    let low = LOW;
    for (let at = from; at < to; at++) {
      const unit = bytes[at] as number;
      high = Math.imul(high ^ unit, 2654435761);
      low = Math.imul(low ^ unit, 1597334677);
    }
    this.#add(high, low, this.#hashes);
  }

  /** Whether values still have to be told of. */
  get counts(): boolean {
    return this.#hashes !== null;
  }

  /** Two 32-bit multiplicative hashes, mixed into the 53 bits that a number holds exactly. */
  #add(first: number, second: number, hashes: Set<number>): void {
    const high = Math.imul(first ^ (first >>> 16), 2246822507) ^ Math.imul(second ^ (second >>> 13), 3266489909);
    if ((high & (this.#step - 1)) !== 0) return; // not among the sample: the lowest bits are these
    const low = Math.imul(second ^ (second >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
    const hash = 4294967296 * (2097151 & low) + (high >>> 0);
    const slot = (high >>> 20) & (RECENT - 1);
    if (this.#recent[slot] === hash) {
      this.#unique = false;
      return; // it was counted
    }
    this.#recent[slot] = hash;
    const before = hashes.size;
    hashes.add(hash);
    if (hashes.size === before) this.#unique = false;
    if (!this.#unique && hashes.size >= COUNTED) this.#stopCounting();
    else if (hashes.size > this.#bound) this.#thin();
  }

  /** A state of at most `most` hashes. */
  state(most: number): DistinctState {
    const { atLeast, unique } = this;
    if (this.#hashes === null || (!unique && this.#hashes.size > most)) {
      return { atLeast, unique, sampling: this.#sampling, hashes: null };
    }
    let sampling = this.#sampling;
    let hashes: number[] = [];
    for (const hash of this.#hashes) {
      if (hash % 2 ** sampling === 0) hashes.push(hash);
      while (hashes.length > most) {
        const step = 2 ** ++sampling;
        hashes = hashes.filter((hash) => hash % step === 0);
      }
    }
    return { atLeast, unique, sampling, hashes };
  }

  #stopCounting(): void {
    this.#atLeast = this.atLeast;
    this.#hashes = null;
  }

  #thin(): void {
    this.#atLeast = this.atLeast;
    this.#sampling++;
    this.#step *= 2;
    this.#hashes = new Set(Array.from(this.#hashes ?? []).filter((hash) => hash % this.#step === 0));
  }
}
