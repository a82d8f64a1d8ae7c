/**
 * Sends copies of this shard's rows to the shards of the datasets that they point at: each change before its write is
 * acknowledged, and, for a relation that is new here, all rows once in the background. The only reader and writer of
 * `copy_builds` and `copy_targets`: what is stored is how far each target is known to be, a little late; what was sent
 * since is sent again after a crash.
 */
import type { Cell } from "../../engine/index.ts";
import type { SqlStorage } from "../../platform/types.ts";
import { homeShard } from "../home.ts";
import type { CatalogueRelation } from "../interface.ts";
import type { Flips, Log } from "../log.ts";
import type { Rows } from "../rows.ts";
import type { Slices } from "../yield.ts";
import { Channel } from "./channel.ts";
import { type CopiedRow, CopyBatch, pointerOf } from "./copy-batch.ts";

/** A row as a write left it. `changed` null: it is new. `cells` null: it is gone. */
export interface SentRow {
  readonly row: number;
  readonly key: string;
  readonly cells: readonly Cell[] | null;
  readonly changed: ReadonlySet<number> | null;
}

const ROWS_A_STEP = 4_000;
/** Log entries read at once by who has fallen behind. */
const ENTRIES_A_STEP = 200;

interface Parts {
  readonly sql: SqlStorage;
  readonly rows: Rows;
  readonly log: Log;
  /** The log's newest position. */
  readonly seq: () => number;
  /** Whether a segment's members are known, and whether a row is one. */
  readonly isLive: (segment: string) => boolean;
  readonly isMember: (segment: string, row: number) => boolean;
  /** Throws when the copies did not arrive. */
  readonly send: (relation: CatalogueRelation, target: number, batch: CopyBatch) => Promise<void>;
}

/** One *belongs to* relation, seen from the rows that point. */
interface Outgoing {
  side: CatalogueRelation;
  readonly channels: Channel<CopyBatch>[];
  /** The next row that has not been sent once; null when all were. */
  next: number | null;
  /** The targets that know that all were. */
  readonly completed: Set<number>;
  /** The segments whose members are told: those that the other side's queries name and that are live here. */
  shared: readonly string[];
}

export class Sender {
  readonly #parts: Parts;
  readonly #outgoing = new Map<string, Outgoing>();
  #building: Promise<void> | null = null;
  /** Flips up to here have been looked at. */
  #seen: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#seen = parts.seq();
  }

  get hasTargets(): boolean {
    return this.#outgoing.size > 0;
  }

  /** Inside a transaction: takes a new catalogue. */
  plan(relations: readonly CatalogueRelation[]): void {
    const { sql } = this.#parts;
    const sides = relations.filter(({ kind, shard_count }) => kind === "belongs_to" && shard_count > 0);
    const wanted = new Set(sides.map(({ id }) => id));
    for (const { relation } of sql.exec<{ relation: string }>("SELECT relation FROM copy_builds").toArray()) {
      if (wanted.has(relation)) continue;
      sql.exec("DELETE FROM copy_builds WHERE relation = ?", relation);
      sql.exec("DELETE FROM copy_targets WHERE relation = ?", relation);
      this.#outgoing.delete(relation);
    }
    for (const side of sides) {
      const known = this.#outgoing.get(side.id);
      if (known) known.side = side;
      else this.#outgoing.set(side.id, this.#opened(side));
    }
    this.reviewShared();
  }

  /** Segments came, went or became live: where there are more to tell of than before, all rows are sent again. */
  reviewShared(): void {
    const { sql, isLive } = this.#parts;
    for (const outgoing of this.#outgoing.values()) {
      const { id, shared } = outgoing.side;
      const told = shared.filter(isLive);
      const known = outgoing.shared;
      if (told.length === known.length && told.every((segment, at) => segment === known[at])) continue;
      outgoing.shared = told;
      sql.exec("UPDATE copy_builds SET shared = ? WHERE relation = ?", JSON.stringify(told), id);
      if (told.every((segment) => known.includes(segment))) continue;
      outgoing.next = 0;
      outgoing.completed.clear();
      sql.exec("UPDATE copy_builds SET next = 0 WHERE relation = ?", id);
      sql.exec("UPDATE copy_targets SET complete = 0 WHERE relation = ?", id);
    }
  }

  /** Memberships changed, but the rows did not. After the commit. */
  async flipped(seq: number, flips: ReadonlyMap<string, Flips>): Promise<void> {
    const numbers = new Set<number>();
    for (const segment of this.#shared()) {
      const { entered = [], left = [] } = flips.get(segment) ?? {};
      for (const row of [...entered, ...left]) numbers.add(row);
    }
    if (numbers.size === 0) return;
    const rows = this.#parts.rows.byNumbers([...numbers].sort((a, b) => a - b));
    await this.sent(
      seq,
      rows.map((row) => ({ ...row, changed: NOTHING })),
    );
  }

  /** What the new computations of these segments have just logged. */
  async recomputed(segments: readonly string[]): Promise<void> {
    const { log, seq } = this.#parts;
    const shared = this.#shared();
    const after = this.#seen;
    this.#seen = seq();
    for (const segment of segments) {
      if (!shared.has(segment)) continue;
      for (const flips of log.flipsAfter(segment, after)) await this.flipped(seq(), new Map([[segment, flips]]));
    }
  }

  #shared(): Set<string> {
    return new Set([...this.#outgoing.values()].flatMap(({ shared }) => shared));
  }

  #opened(side: CatalogueRelation): Outgoing {
    const { sql } = this.#parts;
    const stored = sql
      .exec<{ next: number | null; shared: string }>("SELECT next, shared FROM copy_builds WHERE relation = ?", side.id)
      .toArray();
    if (stored.length === 0) this.#begin(side);
    const targets = sql
      .exec<{ target: number; seq: number; complete: number }>(
        "SELECT target, seq, complete FROM copy_targets WHERE relation = ? ORDER BY target",
        side.id,
      )
      .toArray();
    const outgoing: Outgoing = {
      side,
      next: stored.length === 0 ? 0 : (stored[0]?.next ?? null),
      channels: [],
      shared: stored[0] ? (JSON.parse(stored[0].shared) as string[]) : [],
      completed: new Set(targets.filter(({ complete }) => complete === 1).map(({ target }) => target)),
    };
    for (const { target, seq } of targets) outgoing.channels[target] = this.#channel(outgoing, target, seq);
    return outgoing;
  }

  /** A new relation, or one whose parents' dataset has got shards: all rows will be sent. */
  #begin({ id, shard_count }: CatalogueRelation): void {
    const { sql, seq } = this.#parts;
    sql.exec("INSERT INTO copy_builds (relation, next) VALUES (?, 0)", id);
    for (let target = 0; target < shard_count; target++) {
      sql.exec("INSERT INTO copy_targets (relation, target, seq, complete) VALUES (?, ?, ?, 0)", id, target, seq());
    }
  }

  #channel(outgoing: Outgoing, target: number, seq: number): Channel<CopyBatch> {
    return new Channel(seq, {
      send: (batch) => this.#parts.send(outgoing.side, target, batch),
      catchUp: (after, upTo) => this.#catchUp(outgoing, target, after, upTo),
      newest: this.#parts.seq,
      merged: (first, second) => first.mergedWith(second),
    });
  }

  /** After the commit. Resolves when the copies of these rows are where they are read. */
  async sent(seq: number, rows: readonly SentRow[]): Promise<void> {
    const arrivals: Promise<void>[] = [];
    this.#seen = Math.max(this.#seen, seq);
    for (const outgoing of this.#outgoing.values()) {
      const { channels, shared } = outgoing;
      const batches = channels.map(() => new Map<string, CopiedRow | null>());
      for (const row of rows) this.#place(row, outgoing, batches);
      for (const [target, channel] of channels.entries()) {
        const copied = batches[target] ?? new Map();
        const arrival = channel.push(new CopyBatch(seq, copied, shared));
        if (copied.size > 0) arrivals.push(arrival);
      }
    }
    await Promise.all(arrivals);
  }

  /** Resolves when everything that is in the log has arrived: for a write that was made before and is asked for again. */
  async settled(): Promise<void> {
    await Promise.all(
      [...this.#outgoing.values()].flatMap(({ channels }) => channels.map((channel) => channel.pump())),
    );
  }

  /** What the log says of some entries, as it is now, for one target. */
  #catchUp(outgoing: Outgoing, target: number, after: number, upTo: number): CopyBatch {
    const { log, rows } = this.#parts;
    const { side, shared } = outgoing;
    const touched = new Map<number, ReadonlySet<number> | null>();
    let seq = upTo;
    let entries = 0;
    for (const entry of log.rowsAfter(after, ENTRIES_A_STEP)) {
      if (entry.seq > upTo) break;
      for (const row of entry.added) touched.set(row, null);
      for (const row of entry.removed) touched.set(row, null);
      for (const [row, fields] of entry.updated) {
        touched.set(row, new Set([...(touched.get(row) ?? []), ...fields]));
      }
      entries++;
      seq = entry.seq;
      if (touched.size > ROWS_A_STEP) break;
    }
    if (entries < ENTRIES_A_STEP && touched.size <= ROWS_A_STEP) seq = upTo;
    for (const segment of shared) {
      for (const { entered, left } of log.flipsAfter(segment, after, seq)) {
        for (const row of [...entered, ...left]) if (!touched.has(row)) touched.set(row, NOTHING);
      }
    }
    const batches = Array.from({ length: side.shard_count }, () => new Map<string, CopiedRow | null>());
    for (const { row, key, cells } of rows.byNumbers([...touched.keys()].sort((a, b) => a - b))) {
      this.#place({ row, key, cells, changed: touched.get(row) ?? null }, outgoing, batches);
    }
    return new CopyBatch(seq, batches[target] ?? new Map(), shared);
  }

  // --- rows that were there before the relation ---

  get waiting(): boolean {
    return [...this.#outgoing.values()].some(
      ({ next, channels, completed }) =>
        next !== null || completed.size < channels.length || channels.some((channel) => channel.isBehind),
    );
  }

  /** Sends what has not been sent; throws where a target cannot be reached. */
  run(slices: Slices): Promise<void> {
    this.#building ??= this.#run(slices).finally(() => {
      this.#building = null;
    });
    return this.#building;
  }

  async #run(slices: Slices): Promise<void> {
    for (const outgoing of [...this.#outgoing.values()]) {
      await Promise.all(outgoing.channels.map((channel) => channel.pump()));
      while (outgoing.next !== null && this.#isCurrent(outgoing)) {
        await this.#step(outgoing, outgoing.next);
        await slices.next();
      }
      if (this.#isCurrent(outgoing)) await this.#complete(outgoing);
    }
    this.#keepPositions();
  }

  #isCurrent(outgoing: Outgoing): boolean {
    return this.#outgoing.get(outgoing.side.id) === outgoing;
  }

  /** Through the same queue as live changes: none of them can be overtaken by an older state. */
  async #step(outgoing: Outgoing, from: number): Promise<void> {
    const { sql, rows, seq } = this.#parts;
    const page = [...rows.range(from, Number.MAX_SAFE_INTEGER, ROWS_A_STEP)];
    const batches = outgoing.channels.map(() => new Map<string, CopiedRow | null>());
    const { shared } = outgoing;
    for (const { row, key, cells } of page) this.#place({ row, key, cells, changed: null }, outgoing, batches);
    const position = seq();
    await Promise.all(
      outgoing.channels.map((channel, target) =>
        channel.push(new CopyBatch(position, batches[target] ?? new Map(), shared)),
      ),
    );
    if (shared !== outgoing.shared) return; // it begins again
    const last = page.at(-1);
    outgoing.next = last && page.length === ROWS_A_STEP ? last.row + 1 : null;
    sql.exec("UPDATE copy_builds SET next = ? WHERE relation = ?", outgoing.next, outgoing.side.id);
  }

  async #complete(outgoing: Outgoing): Promise<void> {
    const { sql, seq } = this.#parts;
    const { side, channels, completed, shared } = outgoing;
    for (const [target, channel] of channels.entries()) {
      if (completed.has(target)) continue;
      await channel.push(new CopyBatch(seq(), new Map(), shared, true));
      if (shared !== outgoing.shared) return;
      completed.add(target);
      sql.exec("UPDATE copy_targets SET complete = 1 WHERE relation = ? AND target = ?", side.id, target);
    }
  }

  #keepPositions(): void {
    for (const { side, channels } of this.#outgoing.values()) {
      for (const [target, { acked }] of channels.entries()) {
        this.#parts.sql.exec(
          "UPDATE copy_targets SET seq = ? WHERE relation = ? AND target = ? AND seq < ?",
          acked,
          side.id,
          target,
          acked,
        );
      }
    }
  }

  /** `lastRow`: how far a build has to go. */
  state(relation: string, lastRow: number): { ready: boolean; progress: number } {
    const outgoing = this.#outgoing.get(relation);
    if (!outgoing) return { ready: true, progress: 1 };
    const { next, channels, completed } = outgoing;
    const ready = next === null && completed.size === channels.length;
    return { ready, progress: ready ? 1 : Math.min(0.99, (next ?? lastRow) / Math.max(1, lastRow + 1)) };
  }

  /**
   * Which targets hear what of a row. One that is new goes to its parent's shard; where the pointer changed, or the row is
   * gone, the other shards are told to drop what they have.
   */
  #place(
    { row, key, cells, changed }: SentRow,
    { side, shared }: Outgoing,
    batches: readonly Map<string, CopiedRow | null>[],
  ): void {
    const parent = cells && pointerOf(cells, side.field);
    const target = parent === null ? null : homeShard(parent, batches.length);
    const tellAll = cells === null || changed?.has(side.field);
    for (const [at, batch] of batches.entries()) {
      if (at === target && cells && parent !== null) {
        const members = [...shared.keys()].filter((place) => this.#parts.isMember(shared[place] as string, row));
        batch.set(key, { parent, cells, members });
      } else if (tellAll) batch.set(key, null);
    }
  }
}

const NOTHING: ReadonlySet<number> = new Set();
