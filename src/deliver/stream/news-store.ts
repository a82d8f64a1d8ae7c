/** The newest news of each topic, numbered as it goes out. The only writer of `news` and `stream`. */
import type { SqlStorage } from "../../platform/types.ts";
import type { News } from "../interface.ts";
import type { Cursor } from "./frames.ts";

export interface Released {
  readonly number: number;
  readonly event: string;
  /** JSON. */
  readonly data: string;
}

/** Numbers are reserved so many at a time, and again when half of them are left. */
const RESERVED = 1_000;

export class NewsStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "INSERT INTO stream (epoch, number, pruned_through) SELECT lower(hex(randomblob(6))), 0, 0 WHERE NOT EXISTS (SELECT 1 FROM stream)",
    );
    // An instance that died may have given any number that it had reserved.
    sql.exec("UPDATE stream SET number = reserved WHERE number < reserved");
  }

  /** Reserves numbers where few are left: those up to the one it answers may be given once this is durable. */
  reserve(): number {
    this.#sql.exec("UPDATE stream SET reserved = number + ? WHERE reserved < number + ?", RESERVED, RESERVED / 2);
    return this.#sql.exec<{ reserved: number }>("SELECT reserved FROM stream").one().reserved;
  }

  /** The cursor of one who has seen all that went out. */
  cursor(): Cursor {
    return this.#sql.exec<{ epoch: string; number: number }>("SELECT epoch, number FROM stream").one();
  }

  /** Keeps the news; it has no number until it is released. */
  hold({ topic, event, data }: News, now: number): void {
    this.#sql.exec(
      `INSERT INTO news (topic, event, data, number, at) VALUES (?, ?, ?, NULL, ?)
       ON CONFLICT (topic) DO UPDATE SET event = excluded.event, data = excluded.data, number = NULL, at = excluded.at`,
      topic,
      event,
      JSON.stringify(data),
      now,
    );
  }

  heldTopics(): string[] {
    const rows = this.#sql.exec<{ topic: string }>("SELECT topic FROM news WHERE number IS NULL ORDER BY at, topic");
    return rows.toArray().map((row) => row.topic);
  }

  /** Gives these topics the next numbers, in their order. */
  release(topics: readonly string[]): Released[] {
    return topics.map((topic) => {
      const { number } = this.#sql
        .exec<{ number: number }>("UPDATE stream SET number = number + 1 RETURNING number")
        .one();
      return this.#sql
        .exec<Released>("UPDATE news SET number = ? WHERE topic = ? RETURNING number, event, data", number, topic)
        .one();
    });
  }

  /** What went out after a number and up to another, oldest first: the newest of each topic. */
  between(after: number, upTo: number, limit: number): Released[] {
    return this.#sql
      .exec<Released>(
        "SELECT number, event, data FROM news WHERE number > ? AND number <= ? ORDER BY number LIMIT ?",
        after,
        upTo,
        limit,
      )
      .toArray();
  }

  /** Whether going on from this cursor misses nothing. */
  knows(cursor: Cursor): boolean {
    const row = this.#sql
      .exec<{ epoch: string; number: number; pruned_through: number }>(
        "SELECT epoch, number, pruned_through FROM stream",
      )
      .one();
    return cursor.epoch === row.epoch && cursor.number <= row.number && cursor.number >= row.pruned_through;
  }

  /** Forgets news from before a moment. */
  prune(before: number): void {
    this.#sql.exec(
      `UPDATE stream SET pruned_through =
         max(pruned_through, coalesce((SELECT max(number) FROM news WHERE at < ? AND number IS NOT NULL), 0))`,
      before,
    );
    this.#sql.exec("DELETE FROM news WHERE at < ? AND number IS NOT NULL", before);
  }
}
