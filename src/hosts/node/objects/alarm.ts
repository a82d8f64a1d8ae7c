/**
 * The one alarm of an object: a row in its own database, so that it joins the implicit transaction. The row
 * stays until the handler has ended, so that a crash in the middle runs it again.
 */
import type { SqlDatabase } from "../sql/database.ts";
import type { Transaction } from "./transaction.ts";

export const MAX_RETRIES = 6;
const FIRST_RETRY_MS = 2000;

export class ObjectAlarm {
  readonly #database: SqlDatabase;
  readonly #transaction: Transaction;
  readonly #read;
  readonly #write;
  readonly #remove;
  #running = false;
  /** The handler that runs has set or deleted the alarm itself. */
  #replaced = false;
  #changed = false;

  constructor(database: SqlDatabase, transaction: Transaction) {
    this.#database = database;
    this.#transaction = transaction;
    this.#read = database.own("SELECT at FROM _cf_alarm");
    this.#write = database.own(
      "INSERT INTO _cf_alarm (id, at) VALUES (1, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
    );
    this.#remove = database.own("DELETE FROM _cf_alarm");
  }

  get isRunning(): boolean {
    return this.#running;
  }

  /** As the program sees it: null while its handler runs, until that sets it anew. */
  get(): number | null {
    return this.#running && !this.#replaced ? null : this.stored();
  }

  stored(): number | null {
    return this.#database.trusted(() => (this.#read.get() as { at: number } | undefined)?.at ?? null);
  }

  set(at: number): void {
    if (!Number.isFinite(at)) throw new TypeError("setAlarm takes epoch milliseconds");
    this.#change(() => this.#write.run(Math.max(0, Math.floor(at))));
  }

  delete(): void {
    this.#change(() => this.#remove.run());
  }

  /** True once after the stored alarm may have changed. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** False when there is nothing due. */
  begin(now: number): boolean {
    const at = this.stored();
    if (at === null || at > now) return false;
    this.#running = true;
    this.#replaced = false;
    return true;
  }

  /** The handler ended: its alarm is done, unless it set another. */
  finish(): void {
    if (!this.#replaced) this.delete();
    this.#running = false;
  }

  /** The handler threw. Milliseconds until it is tried again, or null when it is not. */
  fail(retryCount: number): number | null {
    this.#running = false;
    if (this.#replaced) return null;
    if (retryCount < MAX_RETRIES) return FIRST_RETRY_MS * 2 ** retryCount;
    this.delete();
    return null;
  }

  #change(write: () => unknown): void {
    this.#transaction.beforeWrite();
    this.#database.trusted(write);
    this.#changed = true;
    if (this.#running) this.#replaced = true;
  }
}
