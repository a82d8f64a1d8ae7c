/**
 * Which number a new copy gets. Copies of the same 65,536 parents lie in the same chunks: a pass then adds up in a small part
 * of its arrays at a time, which the processor's caches hold, where copies in the order of their coming would
 * touch all of it. It is for speed alone: a copy that moves to another parent keeps its number.
 */
import { CHUNK_ROWS } from "../../engine/index.ts";
import type { RelatedRows } from "./related-rows.ts";

export class Places {
  /** The next free number of each group's newest chunk. */
  readonly #next = new Map<number, number>();
  #chunks: number;

  constructor(rows: RelatedRows, relation: number) {
    this.#chunks = Math.floor(rows.last(relation) / CHUNK_ROWS) + 1;
    for (let chunk = 0; chunk < this.#chunks; chunk++) {
      const last = rows.lastWithin(relation, chunk * CHUNK_ROWS, (chunk + 1) * CHUNK_ROWS - 1);
      if (last) this.#next.set(groupOf(last.parent_row), last.row + 1);
    }
  }

  take(parentRow: number): number {
    const group = groupOf(parentRow);
    let row = this.#next.get(group) ?? 0;
    if (row % CHUNK_ROWS === 0) row = this.#chunks++ * CHUNK_ROWS; // none yet, or the chunk is full
    this.#next.set(group, row + 1);
    return row;
  }
}

/** Those without a parent are a group of their own. */
const groupOf = (parentRow: number): number => Math.floor(parentRow / CHUNK_ROWS);
