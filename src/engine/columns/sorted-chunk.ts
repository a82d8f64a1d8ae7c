/**
 * The rows of a number column by value: windows over time ask which rows lie between two instants and when the next
 * one comes. Two bytes a row, no values: they are read from the column. Rows that changed since are kept apart, and all
 * are sorted again above 2 % of them.
 */
import { hasBit, type Words } from "../bitmap/words.ts";
import { ChangedRows } from "./changed-rows.ts";
import type { NumberColumn } from "./column.ts";
import { OVERLAY_LIMIT } from "./overlay.ts";
import { sortedRows } from "./radix-sort.ts";

export class SortedChunk {
  #column: NumberColumn;
  /** Row indexes, by value and then by index, as of the last sort. Empty rows are left out. */
  #rows: Uint16Array;
  /** Rows that changed since: where they stand among the sorted ones means nothing. */
  readonly #changed = new ChangedRows();

  constructor(column: NumberColumn) {
    this.#column = column;
    this.#rows = sortedRows(column);
  }

  get bytes(): number {
    return this.#rows.byteLength + this.#changed.size * 48;
  }

  /** A row has another value now, in this column: writing may have put another column in the place of the one before. */
  changed(index: number, column: NumberColumn): void {
    this.#column = column;
    this.#changed.set(index, column.get(index) as number | null);
    if (this.#changed.size > OVERLAY_LIMIT) this.#sort();
  }

  #sort(): void {
    this.#rows = sortedRows(this.#column);
    this.#changed.clear();
  }

  /** How many unchanged rows stand before the first whose value is at least `value`. */
  lowerBound(value: number): number {
    return this.#bound((own) => own < value);
  }

  /** How many unchanged rows stand before the first whose value is above `value`. */
  upperBound(value: number): number {
    return this.#bound((own) => own <= value);
  }

  #bound(isBefore: (own: number) => boolean): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#unchangedFrom(middle, high);
      if (at < high && isBefore(this.#valueAt(at))) low = at + 1;
      else high = middle;
    }
    return low;
  }

  #unchangedFrom(position: number, end: number): number {
    let at = position;
    while (at < end && this.#changed.has(this.#rows[at] as number)) at++;
    return at;
  }

  #valueAt(position: number): number {
    return this.#column.get(this.#rows[position] as number) as number;
  }

  /** The rows with `low <= value <= high`: the unchanged ones by value, then the changed ones. */
  *rowsBetween(low: number, high: number): Generator<number, void, undefined> {
    const end = this.upperBound(high);
    for (let at = this.lowerBound(low); at < end; at++) {
      const row = this.#rows[at] as number;
      if (!this.#changed.has(row)) yield row;
    }
    yield* this.#changed.between(low, high);
  }

  /** The smallest value above `value` among the rows of `mask`, or null. */
  nextAbove(value: number, mask: Words | null = null): number | null {
    const counts = (row: number) => mask === null || hasBit(mask, row);
    let least: number | null = null;
    for (let at = this.upperBound(value); at < this.#rows.length && least === null; at++) {
      const row = this.#rows[at] as number;
      if (!this.#changed.has(row) && counts(row)) least = this.#valueAt(at);
    }
    const changed = this.#changed.nextAbove(value, counts);
    return least === null || (changed !== null && changed < least) ? changed : least;
  }
}
