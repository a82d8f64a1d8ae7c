/**
 * The only reader and writer of `related_sources`: how far the copies from each pointing shard are. What arrives with an
 * older log position is a straggler of a process that is gone; what it brings came with a later call.
 */
import type { SqlStorage } from "../../platform/types.ts";

export interface Source {
  readonly seq: number;
  /** All rows of that shard that point here have come. */
  readonly complete: boolean;
  /** The segments whose members all copies tell. */
  readonly shared: readonly string[];
}

export class Sources {
  readonly #sql: SqlStorage;
  readonly #known = new Map<string, Source>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const rows = sql.exec<{ relation: number; shard: number; seq: number; complete: number; shared: string }>(
      "SELECT relation, shard, seq, complete, shared FROM related_sources",
    );
    for (const { relation, shard, seq, complete, shared } of rows) {
      const source = { seq, complete: complete === 1, shared: JSON.parse(shared) as string[] };
      this.#known.set(nameOf(relation, shard), source);
    }
  }

  get(relation: number, shard: number): Source {
    return this.#known.get(nameOf(relation, shard)) ?? UNHEARD;
  }

  /** Whether all copies from all shards tell who is in these segments. */
  tellOf(relation: number, shards: number, segments: readonly string[]): boolean {
    for (let shard = 0; shard < shards; shard++) {
      const { shared } = this.get(relation, shard);
      if (!segments.every((id) => shared.includes(id))) return false;
    }
    return true;
  }

  completed(relation: number, shards: number): number {
    let completed = 0;
    for (let shard = 0; shard < shards; shard++) if (this.get(relation, shard).complete) completed++;
    return completed;
  }

  /** Inside a transaction. Call `keep` after it. */
  store(relation: number, shard: number, { seq, complete, shared }: Source): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO related_sources (relation, shard, seq, complete, shared) VALUES (?, ?, ?, ?, ?)",
      relation,
      shard,
      seq,
      complete ? 1 : 0,
      JSON.stringify(shared),
    );
  }

  keep(relation: number, shard: number, source: Source): void {
    this.#known.set(nameOf(relation, shard), source);
  }

  forget(relation: number): void {
    this.#sql.exec("DELETE FROM related_sources WHERE relation = ?", relation);
    for (const name of this.#known.keys()) if (name.startsWith(`${relation} `)) this.#known.delete(name);
  }
}

const nameOf = (relation: number, shard: number): string => `${relation} ${shard}`;

const UNHEARD: Source = { seq: -1, complete: false, shared: [] };
