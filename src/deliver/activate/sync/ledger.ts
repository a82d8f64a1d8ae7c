/**
 * Who wants which identifier, and which identifiers the platform may hold. The only writer of `records`,
 * `audience` and `dirty`. Every method is synchronous and belongs inside the caller's transaction.
 */
import type { SqlStorage } from "../../../platform/types.ts";
import { retryRefused } from "./decide.ts";

/** What a member wants to be in the audience: an identifier, or the reason why it has none. */
export interface Wish {
  readonly key: string;
  readonly identifier: string | null;
  readonly reason: string | null;
}

export type Action = "add" | "remove";

export interface Change {
  readonly identifier: string;
  readonly key: string;
  readonly action: Action;
}

/** One identifier that waits: whether a member wants it, and what is known of the platform's side. */
export interface Undecided {
  readonly identifier: string;
  readonly wanted: boolean;
  readonly state: "sending" | "held" | "refused" | null;
}

export class Ledger {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  wishesOf(keys: readonly string[]): Map<string, Wish> {
    const rows = this.#sql.exec<{ key: string; identifier: string | null; reason: string | null }>(
      "SELECT key, identifier, reason FROM records WHERE key IN (SELECT value FROM json_each(?))",
      JSON.stringify(keys),
    );
    return new Map(rows.toArray().map((row) => [row.key, row]));
  }

  putWishes(wishes: readonly Wish[], generation: number): void {
    this.#sql.exec(
      `INSERT INTO records (key, identifier, reason, generation)
       SELECT value ->> 0, value ->> 1, value ->> 2, ? FROM json_each(?) WHERE true
       ON CONFLICT (key) DO UPDATE SET
         identifier = excluded.identifier, reason = excluded.reason, generation = excluded.generation`,
      generation,
      JSON.stringify(wishes.map((wish) => [wish.key, wish.identifier, wish.reason])),
    );
  }

  forget(keys: readonly string[]): void {
    this.#sql.exec("DELETE FROM records WHERE key IN (SELECT value FROM json_each(?))", JSON.stringify(keys));
  }

  /** These identifiers have to be looked at again. The last action of a record counts. */
  mark(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.#sql.exec(
      `INSERT INTO dirty (identifier, key, action)
       SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
       ON CONFLICT (identifier, key) DO UPDATE SET action = excluded.action`,
      JSON.stringify(changes.map((change) => [change.identifier, change.key, change.action])),
    );
  }

  /** Marks identifiers of these records that the platform is not known to hold. */
  markMissing(keys: readonly string[]): void {
    this.#sql.exec(
      `INSERT INTO dirty (identifier, key, action)
       SELECT r.identifier, r.key, 'add' FROM records r LEFT JOIN audience a ON a.identifier = r.identifier
       WHERE r.key IN (SELECT value FROM json_each(?)) AND r.identifier IS NOT NULL AND a.state IS NOT 'held'
       ON CONFLICT (identifier, key) DO UPDATE SET action = excluded.action`,
      JSON.stringify(keys),
    );
  }

  waiting(): number {
    return this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM dirty").one().n;
  }

  /** The identifiers that wait longest. */
  undecided(limit: number): Undecided[] {
    const rows = this.#sql.exec<{ identifier: string; wanted: number; state: Undecided["state"] }>(
      `SELECT d.identifier, EXISTS (SELECT 1 FROM records r WHERE r.identifier = d.identifier) AS wanted, a.state
       FROM (SELECT DISTINCT identifier FROM (SELECT identifier FROM dirty ORDER BY n LIMIT ?)) d
       LEFT JOIN audience a ON a.identifier = d.identifier`,
      limit,
    );
    return rows.toArray().map((row) => ({ ...row, wanted: row.wanted === 1 }));
  }

  /** Written before the request leaves: from here on the platform may hold the identifier, whatever happens. */
  sending(identifiers: readonly string[]): void {
    this.#sql.exec(
      `INSERT INTO audience (identifier, state, key)
       SELECT value, 'sending', coalesce((SELECT key FROM dirty WHERE identifier = value ORDER BY n LIMIT 1), '')
       FROM json_each(?) WHERE true
       ON CONFLICT (identifier) DO UPDATE SET state = 'sending', key = excluded.key, retry_at = NULL`,
      JSON.stringify(identifiers),
    );
  }

  held(identifiers: readonly string[]): void {
    this.#sql.exec(
      "UPDATE audience SET state = 'held', tries = 0, retry_at = NULL WHERE identifier IN (SELECT value FROM json_each(?))",
      JSON.stringify(identifiers),
    );
  }

  released(identifiers: readonly string[]): void {
    this.#sql.exec(
      "DELETE FROM audience WHERE identifier IN (SELECT value FROM json_each(?))",
      JSON.stringify(identifiers),
    );
  }

  /** The platform refused it. The row stays: an earlier try may have arrived, so that it is withdrawn in any case. Answers how often it was refused. */
  refused(identifier: string, action: Action, now: number): number {
    const { tries } = this.#sql
      .exec<{ tries: number }>(
        "UPDATE audience SET state = 'refused', tries = tries + 1 WHERE identifier = ? RETURNING tries",
        identifier,
      )
      .one();
    const retry_at = retryRefused(action, tries, now);
    this.#sql.exec("UPDATE audience SET retry_at = ? WHERE identifier = ?", retry_at, identifier);
    return tries;
  }

  refusedUntil(): number | null {
    return this.#sql
      .exec<{ at: number | null }>("SELECT min(retry_at) AS at FROM audience WHERE retry_at IS NOT NULL")
      .one().at;
  }

  /** Refused identifiers whose time has come wait again; all of them when `now` is null. */
  requeueRefused(now: number | null): void {
    const due = now === null ? "state = 'refused'" : "retry_at <= ?";
    const bindings = now === null ? [] : [now];
    this.#sql.exec(
      `INSERT INTO dirty (identifier, key, action)
       SELECT identifier, key, iif(EXISTS (SELECT 1 FROM records r WHERE r.identifier = audience.identifier), 'add', 'remove')
       FROM audience WHERE ${due} ON CONFLICT DO NOTHING`,
      ...bindings,
    );
    this.#sql.exec(`UPDATE audience SET retry_at = NULL WHERE ${due}`, ...bindings);
  }

  /** Records in key order, to sweep those that the newest snapshot did not show. */
  recordsAfter(key: string, limit: number): { key: string; identifier: string | null; generation: number }[] {
    return this.#sql
      .exec<{ key: string; identifier: string | null; generation: number }>(
        "SELECT key, identifier, generation FROM records WHERE key > ? ORDER BY key LIMIT ?",
        key,
        limit,
      )
      .toArray();
  }

  /** Identifiers that would leave with the records of older snapshots. */
  leavingWith(generation: number): number {
    return this.#sql
      .exec<{ n: number }>(
        `SELECT count(DISTINCT s.identifier) AS n FROM records s JOIN audience a ON a.identifier = s.identifier
         WHERE s.generation < ?
           AND NOT EXISTS (SELECT 1 FROM records f WHERE f.identifier = s.identifier AND f.generation >= ?)`,
        generation,
        generation,
      )
      .one().n;
  }

  /** What the platform may hold and is not being waited for. */
  toWithdraw(now: number, limit: number): string[] {
    return this.#sql
      .exec<{ identifier: string }>(
        "SELECT identifier FROM audience WHERE retry_at IS NULL OR retry_at <= ? LIMIT ?",
        now,
        limit,
      )
      .toArray()
      .map((row) => row.identifier);
  }

  /** The platform has lost the audience: nothing is held any more. */
  forgetAudience(): void {
    this.#sql.exec("DELETE FROM audience");
  }
}
