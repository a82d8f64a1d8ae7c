/**
 * The rows of a sorted chunk that changed since it was sorted, with their values: themselves sorted, but for the last
 * few, which are looked at one by one.
 */

import { lowerBound } from "./ascending.ts";

/** So many are looked at one by one before all are sorted again, by whoever asks next. */
const FEW = 48;

export class ChangedRows {
  /** By row; null where it is empty now. */
  readonly #values = new Map<number, number | null>();
  /** Those that were sorted, by value. One that changed again since is among the recent ones. */
  #rows = new Uint16Array();
  #sorted = new Float64Array();
  readonly #recent = new Set<number>();

  get size(): number {
    return this.#values.size;
  }

  has(row: number): boolean {
    return this.#values.has(row);
  }

  set(row: number, value: number | null): void {
    this.#values.set(row, value);
    this.#recent.add(row);
  }

  clear(): void {
    this.#values.clear();
    this.#recent.clear();
    this.#rows = new Uint16Array();
    this.#sorted = new Float64Array();
  }

  /** The rows with `low <= value <= high`. */
  *between(low: number, high: number): Generator<number, void, undefined> {
    this.#sortMany();
    for (
      let at = lowerBound(this.#sorted, low);
      at < this.#sorted.length && (this.#sorted[at] as number) <= high;
      at++
    ) {
      const row = this.#rows[at] as number;
      if (!this.#recent.has(row)) yield row;
    }
    for (const row of this.#recent) {
      const value = this.#values.get(row) ?? null;
      if (value !== null && value >= low && value <= high) yield row;
    }
  }

  /** The smallest value above `value` among the rows that count, or null. */
  nextAbove(value: number, counts: (row: number) => boolean): number | null {
    this.#sortMany();
    let least: number | null = null;
    for (let at = lowerBound(this.#sorted, value); at < this.#sorted.length && least === null; at++) {
      const row = this.#rows[at] as number;
      const own = this.#sorted[at] as number;
      if (own > value && !this.#recent.has(row) && counts(row)) least = own;
    }
    for (const row of this.#recent) {
      const own = this.#values.get(row) ?? null;
      if (own !== null && own > value && (least === null || own < least) && counts(row)) least = own;
    }
    return least;
  }

  #sortMany(): void {
    if (this.#recent.size <= FEW) return;
    const filled = [...this.#values].filter((entry): entry is [number, number] => entry[1] !== null);
    filled.sort((a, b) => a[1] - b[1]);
    this.#rows = Uint16Array.from(filled, ([row]) => row);
    this.#sorted = Float64Array.from(filled, ([, value]) => value);
    this.#recent.clear();
  }
}
