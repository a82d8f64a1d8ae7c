/**
 * The loaded chunks in the order of their use, and what they take. Both cost the same however many there are: a used
 * chunk moves to the end of a linked list, and only chunks that were used since are asked for their bytes again.
 */
import type { Column } from "./column.ts";
import type { SortedChunk } from "./sorted-chunk.ts";

/** A loaded chunk of a field. */
export interface Loaded {
  readonly field: number;
  readonly chunk: number;
  column: Column;
  /** Its rows by value; made when first asked for. */
  sorted: SortedChunk | null;
}

class Entry implements Loaded {
  readonly field: number;
  readonly chunk: number;
  column: Column;
  sorted: SortedChunk | null = null;
  /** As of the last count. */
  bytes = 0;
  /** Used since the last count: what it takes may be more now. */
  stale = false;
  before: Entry | null = null;
  after: Entry | null = null;

  constructor(field: number, chunk: number, column: Column) {
    this.field = field;
    this.chunk = chunk;
    this.column = column;
  }
}

export class Ledger {
  #oldest: Entry | null = null;
  #newest: Entry | null = null;
  #stale: Entry[] = [];
  #bytes = 0;

  add(field: number, chunk: number, column: Column): Loaded {
    const entry = new Entry(field, chunk, column);
    this.#append(entry);
    this.#mark(entry);
    return entry;
  }

  /** Used just now: goes last, and may take more bytes than before. */
  used(loaded: Loaded): void {
    const entry = loaded as Entry;
    this.#mark(entry);
    if (entry === this.#newest) return;
    this.#unlink(entry);
    this.#append(entry);
  }

  remove(loaded: Loaded): void {
    const entry = loaded as Entry;
    this.#unlink(entry);
    this.#bytes -= entry.bytes;
    entry.bytes = 0;
    if (entry.stale) this.#stale = this.#stale.filter((other) => other !== entry);
  }

  clear(): void {
    this.#oldest = null;
    this.#newest = null;
    this.#stale = [];
    this.#bytes = 0;
  }

  /** The one that was not used for the longest time. */
  get oldest(): Loaded | null {
    return this.#oldest;
  }

  get bytes(): number {
    for (const entry of this.#stale) {
      const bytes = entry.column.bytes + (entry.sorted?.bytes ?? 0);
      this.#bytes += bytes - entry.bytes;
      entry.bytes = bytes;
      entry.stale = false;
    }
    this.#stale.length = 0;
    return this.#bytes;
  }

  #mark(entry: Entry): void {
    if (entry.stale) return;
    entry.stale = true;
    this.#stale.push(entry);
  }

  #append(entry: Entry): void {
    entry.before = this.#newest;
    entry.after = null;
    if (this.#newest === null) this.#oldest = entry;
    else this.#newest.after = entry;
    this.#newest = entry;
  }

  #unlink(entry: Entry): void {
    if (entry.before === null) this.#oldest = entry.after;
    else entry.before.after = entry.after;
    if (entry.after === null) this.#newest = entry.before;
    else entry.after.before = entry.before;
  }
}
