/**
 * When members entered, as far as the log reaches. What of a segment was read of the log is kept, so that each page of
 * its members costs no more than what came since; of segments with very many entries nothing is kept, and the log is
 * read from its end until all are found.
 */
import type { Log } from "./log.ts";
import type { Slices } from "./yield.ts";

interface Sizes {
  /** Rows whose entries are kept, of one segment and of all: about 40 bytes each. */
  readonly mostRows: number;
  readonly mostRowsInAll: number;
  /** Log positions looked at in one go. */
  readonly positionsAStep: number;
}

const SIZES: Sizes = { mostRows: 100_000, mostRowsInAll: 300_000, positionsAStep: 2_000 };

interface Followed {
  /** Up to here the log was read. */
  seq: number;
  /** Row to the log position of its last entry. */
  readonly rows: Map<number, number>;
}

export class Arrivals {
  readonly #log: Log;
  readonly #sizes: Sizes;
  /** Those asked for last come last. */
  readonly #followed = new Map<string, Followed>();
  /** Segments of which too much is in the log. */
  readonly #heavy = new Set<string>();

  constructor(log: Log, sizes: Sizes = SIZES) {
    this.#log = log;
    this.#sizes = sizes;
  }

  /** Epoch milliseconds by row; who is not in it entered before the log begins. */
  async of(segment: string, rows: readonly number[], slices: Slices): Promise<Map<number, number>> {
    const positions = (await this.#kept(segment, slices)) ?? (await this.#searched(segment, new Set(rows), slices));
    const found = rows.flatMap((row) => {
      const seq = positions.get(row);
      return seq === undefined ? [] : [[row, seq] as const];
    });
    const times = this.#log.times(found.map(([, seq]) => seq));
    return new Map(
      found.flatMap(([row, seq]) => {
        const at = times.get(seq);
        return at === undefined ? [] : [[row, at] as const];
      }),
    );
  }

  async #kept(segment: string, slices: Slices): Promise<ReadonlyMap<number, number> | null> {
    if (this.#heavy.has(segment)) return null;
    const followed = this.#followed.get(segment) ?? { seq: this.#log.oldest() - 1, rows: new Map() };
    this.#followed.delete(segment);
    this.#followed.set(segment, followed);
    for (let newest = this.#log.newest(); followed.seq < newest; newest = this.#log.newest()) {
      const upTo = Math.min(newest, followed.seq + this.#sizes.positionsAStep);
      note(this.#log, segment, followed.seq, upTo, (row, seq) => {
        if (seq === null) followed.rows.delete(row);
        else followed.rows.set(row, seq);
      });
      followed.seq = upTo;
      if (followed.rows.size > this.#sizes.mostRows) {
        this.#followed.delete(segment);
        this.#heavy.add(segment);
        return null;
      }
      if (upTo < newest) await slices.next();
    }
    this.#makeRoom(segment);
    return followed.rows;
  }

  #makeRoom(segment: string): void {
    let sum = 0;
    for (const { rows } of this.#followed.values()) sum += rows.size;
    for (const [oldest, { rows }] of this.#followed) {
      if (sum <= this.#sizes.mostRowsInAll || oldest === segment) return;
      this.#followed.delete(oldest);
      sum -= rows.size;
    }
  }

  /** From the log's end until all are found. */
  async #searched(segment: string, wanted: Set<number>, slices: Slices): Promise<Map<number, number>> {
    const found = new Map<number, number>();
    const oldest = this.#log.oldest() - 1;
    const step = this.#sizes.positionsAStep;
    for (let upTo = this.#log.newest(); upTo > oldest && wanted.size > 0; upTo -= step) {
      const last = new Map<number, number | null>();
      note(this.#log, segment, Math.max(oldest, upTo - step), upTo, (row, seq) => {
        if (wanted.has(row)) last.set(row, seq);
      });
      for (const [row, seq] of last) {
        wanted.delete(row);
        if (seq !== null) found.set(row, seq);
      }
      await slices.next();
    }
    return found;
  }
}

/** Each entry with its position, each exit with null, oldest first. */
function note(
  log: Log,
  segment: string,
  after: number,
  upTo: number,
  take: (row: number, seq: number | null) => void,
): void {
  for (const { seq, entered, left } of log.flipsAfter(segment, after, upTo)) {
    for (const row of left) take(row, null);
    for (const row of entered) take(row, seq);
  }
}
