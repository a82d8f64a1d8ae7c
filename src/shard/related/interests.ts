/**
 * The looked-up side of *belongs to*: who asked for which of this shard's records, and telling them of changes, after the
 * commit and by a position of their own in the log. The only reader and writer of `interests` and `interest_targets`.
 */
import type { Cell } from "../../engine/index.ts";
import type { SqlStorage } from "../../platform/types.ts";
import type { CatalogueRelation, LookedUp, LookupRequest } from "../interface.ts";
import { jsonParts } from "../json-parts.ts";
import type { Log } from "../log.ts";
import type { Rows } from "../rows.ts";
import { type Batch, Channel } from "./channel.ts";
import type { SentRow } from "./sender.ts";

/** Changed records for one shard. */
export interface LookupBatch extends Batch {
  /** When the oldest of these changes was made. */
  readonly at: number;
  /** By key; null: there is no such record. */
  readonly rows: ReadonlyMap<string, readonly Cell[] | null>;
}

interface Parts {
  readonly sql: SqlStorage;
  readonly rows: Rows;
  readonly log: Log;
  readonly seq: () => number;
  readonly now: () => number;
  readonly send: (side: CatalogueRelation, target: number, batch: LookupBatch) => Promise<void>;
}

interface Target {
  readonly relation: string;
  readonly shard: number;
  readonly channel: Channel<LookupBatch>;
  /** When the oldest change was made that it has not got; null when it has all. */
  behindSince: number | null;
}

const ROWS_A_CALL = 5_000;
const ENTRIES_A_STEP = 200;

export class Interests {
  readonly #parts: Parts;
  readonly #targets = new Map<string, Target>();
  #sides: ReadonlyMap<string, CatalogueRelation> = new Map();

  constructor(parts: Parts) {
    this.#parts = parts;
    const stored = parts.sql.exec<{ relation: string; shard: number; seq: number }>(
      "SELECT relation, shard, seq FROM interest_targets",
    );
    for (const { relation, shard, seq } of stored.toArray()) this.#open(relation, shard, seq);
  }

  #open(relation: string, shard: number, seq: number): void {
    const channel = new Channel<LookupBatch>(seq, {
      send: (batch) => this.#send(target, batch),
      catchUp: (after, upTo) => this.#catchUp(relation, shard, after, upTo),
      newest: this.#parts.seq,
      merged,
    });
    const target: Target = { relation, shard, channel, behindSince: null };
    this.#targets.set(`${relation} ${shard}`, target);
  }

  async #send(target: Target, batch: LookupBatch): Promise<void> {
    const side = this.#sides.get(target.relation);
    target.behindSince ??= batch.at;
    if (side) await this.#parts.send(side, target.shard, batch);
    target.behindSince = null;
  }

  /** Inside a transaction: takes a new catalogue. */
  plan(relations: readonly CatalogueRelation[]): void {
    const { sql } = this.#parts;
    this.#sides = new Map(relations.filter(({ kind }) => kind === "has_many").map((side) => [side.id, side]));
    for (const [name, { relation, shard }] of this.#targets) {
      if (this.#sides.has(relation)) continue;
      this.#targets.delete(name);
      sql.exec("DELETE FROM interest_targets WHERE relation = ? AND shard = ?", relation, shard);
      sql.exec("DELETE FROM interests WHERE relation = ?", relation);
    }
  }

  /** Answers the records as they are, and remembers who asked, in one transaction with its caller's. */
  ask({ relation, from_shard, keys }: LookupRequest): LookedUp {
    const { sql, rows, seq } = this.#parts;
    if (!this.#targets.has(`${relation} ${from_shard}`)) {
      sql.exec("INSERT INTO interest_targets (relation, shard, seq) VALUES (?, ?, ?)", relation, from_shard, seq());
      this.#open(relation, from_shard, seq());
    }
    for (const part of jsonParts(keys)) {
      sql.exec(
        `INSERT INTO interests (key, relation, shard) SELECT value, ?, ? FROM json_each(?)
         WHERE true ON CONFLICT DO NOTHING`,
        relation,
        from_shard,
        part,
      );
    }
    const found = rows.byKeys(keys);
    return { seq: seq(), cells: keys.map((key) => found.get(key)?.cells ?? null) };
  }

  /** Whether anybody asked for anything. */
  get any(): boolean {
    return this.#targets.size > 0;
  }

  /** After the commit: those who asked for these records hear of them. */
  tell(seq: number, at: number, changed: readonly SentRow[]): void {
    if (this.#targets.size === 0) return;
    const wanted = this.#wanted(changed.map(({ key }) => key));
    const rows = new Map(changed.map(({ key, cells }) => [key, cells] as const));
    for (const [name, { channel }] of this.#targets) {
      const own = wanted.get(name) ?? [];
      const batch = new Map(own.map((key) => [key, rows.get(key) ?? null] as const));
      void channel.push({ seq, at, rows: batch, isEmpty: batch.size === 0 });
    }
  }

  /** Which of the keys each target asked for. */
  #wanted(keys: readonly string[]): Map<string, string[]> {
    const wanted = new Map<string, string[]>();
    for (const part of jsonParts(keys)) {
      const rows = this.#parts.sql.exec<{ key: string; relation: string; shard: number }>(
        "SELECT i.key, i.relation, i.shard FROM json_each(?) AS k CROSS JOIN interests AS i ON i.key = k.value",
        part,
      );
      for (const { key, relation, shard } of rows) {
        const name = `${relation} ${shard}`;
        const own = wanted.get(name);
        if (own) own.push(key);
        else wanted.set(name, [key]);
      }
    }
    return wanted;
  }

  #catchUp(relation: string, shard: number, after: number, upTo: number): LookupBatch {
    const { log, rows, now } = this.#parts;
    const touched = new Set<number>();
    let seq = upTo;
    let entries = 0;
    for (const entry of log.rowsAfter(after, ENTRIES_A_STEP)) {
      if (entry.seq > upTo) break;
      for (const row of entry.added) touched.add(row);
      for (const row of entry.removed) touched.add(row);
      for (const [row] of entry.updated) touched.add(row);
      entries++;
      if (entries === ENTRIES_A_STEP || touched.size > ROWS_A_CALL) {
        seq = entry.seq;
        break;
      }
    }
    const states = new Map<string, readonly Cell[] | null>();
    for (const { key, cells } of rows.byNumbers([...touched].sort((a, b) => a - b))) states.set(key, cells);
    const own = this.#wanted([...states.keys()]).get(`${relation} ${shard}`) ?? [];
    const batch = new Map(own.map((key) => [key, states.get(key) ?? null] as const));
    return { seq, at: now(), rows: batch, isEmpty: batch.size === 0 };
  }

  get waiting(): boolean {
    return [...this.#targets.values()].some(({ channel }) => channel.isBehind);
  }

  /** Tells what has not been told. */
  async run(): Promise<void> {
    await Promise.all(Array.from(this.#targets.values(), ({ channel }) => channel.pump()));
    for (const { relation, shard, channel } of this.#targets.values()) {
      this.#parts.sql.exec(
        "UPDATE interest_targets SET seq = ? WHERE relation = ? AND shard = ? AND seq < ?",
        channel.acked,
        relation,
        shard,
        channel.acked,
      );
    }
  }

  /** How long ago the oldest change was made that somebody who asked through this relation has not got. */
  lag(relation: string): number {
    const now = this.#parts.now();
    let lag = 0;
    for (const target of this.#targets.values()) {
      if (target.relation === relation && target.behindSince !== null) lag = Math.max(lag, now - target.behindSince);
    }
    return lag;
  }
}

function merged(first: LookupBatch, second: LookupBatch): LookupBatch | null {
  if (first.rows.size + second.rows.size > ROWS_A_CALL) return null;
  const rows = first.rows.size === 0 ? second.rows : new Map([...first.rows, ...second.rows]);
  return { seq: second.seq, at: Math.min(first.at, second.at), rows, isEmpty: rows.size === 0 };
}
