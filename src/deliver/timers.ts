/**
 * Many timers on the one alarm of an object: a table, the alarm is its minimum. Times are the program's;
 * the alarm is set in the machine's, because a host knows only that (the two differ under CUTTY_CLOCK).
 */
import type { ObjectStorage } from "../platform/types.ts";

export const TIMERS_TABLE = "CREATE TABLE timers (name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID";

export class Timers {
  readonly #storage: ObjectStorage;
  readonly #now: () => number;

  constructor(storage: ObjectStorage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  /** When the timer goes off, epoch milliseconds; null when it is not set. */
  at(name: string): number | null {
    const row = this.#storage.sql.exec<{ at: number }>("SELECT at FROM timers WHERE name = ?", name).toArray()[0];
    return row?.at ?? null;
  }

  /** Sets or moves a timer. */
  set(name: string, at: number): void {
    const before = this.#first();
    this.#storage.sql.exec(
      "INSERT INTO timers (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at",
      name,
      Math.ceil(at),
    );
    if (this.#first() !== before) this.#arm();
  }

  /** Sets a timer unless it goes off earlier already. */
  setNoLater(name: string, at: number): void {
    const set = this.at(name);
    if (set === null || set > at) this.set(name, at);
  }

  clear(name: string): void {
    const before = this.#first();
    this.#storage.sql.exec("DELETE FROM timers WHERE name = ?", name);
    if (this.#first() !== before) this.#arm();
  }

  /**
   * To be called first in the alarm handler: takes the timers that are due and arms the alarm for the rest.
   * What a timer stands for must be done, or written down again, before the next await.
   */
  takeDue(): string[] {
    const now = this.#now();
    const due = this.#storage.sql.exec<{ name: string }>("SELECT name FROM timers WHERE at <= ?", now).toArray();
    this.#storage.sql.exec("DELETE FROM timers WHERE at <= ?", now);
    this.#arm();
    return due.map((row) => row.name);
  }

  #first(): number | null {
    return this.#storage.sql.exec<{ at: number | null }>("SELECT min(at) AS at FROM timers").one().at;
  }

  #arm(): void {
    const at = this.#first();
    const storage = this.#storage;
    const armed = at === null ? storage.deleteAlarm() : storage.setAlarm(Date.now() + Math.max(0, at - this.#now()));
    // Fails only when the object is broken; then the commit of this turn fails as well, and says so.
    armed.catch(() => undefined);
  }
}
