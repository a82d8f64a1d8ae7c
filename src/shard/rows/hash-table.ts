/**
 * Hash to row numbers in memory: what the key index has not written down yet. Open addressing in two typed arrays, at
 * most two thirds full; a hash may have many rows.
 */
const SMALLEST = 1024;

export class HashTable {
  #hashes = new Uint32Array(SMALLEST);
  /** The row number and one; 0 is free. */
  #rows = new Uint32Array(SMALLEST);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#hashes.byteLength * 2;
  }

  add(hash: number, row: number): void {
    if (this.#size * 3 >= this.#rows.length * 2) this.#grow(this.#rows.length * 2);
    this.#put(hash, row + 1);
    this.#size++;
  }

  /** Room for so many more, made at once. */
  reserve(more: number): void {
    let room = this.#rows.length;
    while ((this.#size + more) * 3 >= room * 2) room *= 2;
    if (room > this.#rows.length) this.#grow(room);
  }

  /** The first row of the hash that passes the test, or -1. */
  find(hash: number, test: (row: number) => boolean): number {
    const mask = this.#rows.length - 1;
    for (let at = hash & mask; this.#rows[at] !== 0; at = (at + 1) & mask) {
      if (this.#hashes[at] === hash && test((this.#rows[at] as number) - 1)) return (this.#rows[at] as number) - 1;
    }
    return -1;
  }

  /** All entries, in no order. */
  entries(): { hashes: Uint32Array; rows: Uint32Array } {
    const [hashes, rows] = [new Uint32Array(this.#size), new Uint32Array(this.#size)];
    let next = 0;
    for (let at = 0; at < this.#rows.length; at++) {
      if (this.#rows[at] === 0) continue;
      hashes[next] = this.#hashes[at] as number;
      rows[next++] = (this.#rows[at] as number) - 1;
    }
    return { hashes, rows };
  }

  #put(hash: number, entry: number): void {
    const mask = this.#rows.length - 1;
    let at = hash & mask;
    while (this.#rows[at] !== 0) at = (at + 1) & mask;
    this.#hashes[at] = hash;
    this.#rows[at] = entry;
  }

  #grow(room: number): void {
    const [hashes, rows] = [this.#hashes, this.#rows];
    this.#hashes = new Uint32Array(room);
    this.#rows = new Uint32Array(room);
    for (let at = 0; at < rows.length; at++) if (rows[at] !== 0) this.#put(hashes[at] as number, rows[at] as number);
  }
}
