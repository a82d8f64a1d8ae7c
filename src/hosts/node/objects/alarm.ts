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
  /** Null until the object's first transaction makes the table. */
  #statements: ReturnType<typeof prepare> | null = null;
  #running = false;
  /** The handler that runs has set or deleted the alarm itself. */
  #replaced = false;
  #changed = false;

  constructor(database: SqlDatabase, transaction: Transaction) {
    this.#database = database;
    this.#transaction = transaction;
    if (database.own("SELECT 1 FROM sqlite_master WHERE name = '_cf_alarm'").get())
      this.#statements = prepare(database);
  }

  /** To be called at the begin of every transaction, outside of any savepoint: so no rollback takes it back. */
  makeTable(): void {
    if (this.#statements) return;
    this.#database.ownExec("CREATE TABLE _cf_alarm (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL)");
    this.#statements = prepare(this.#database);
  }

  get isRunning(): boolean {
    return this.#running;
  }

  /** As the program sees it: null while its handler runs, until that sets it anew. */
  get(): number | null {
    return this.#running && !this.#replaced ? null : this.stored();
  }

  stored(): number | null {
    const row = this.#database.trusted(() => this.#statements?.read.get()) as { at: number } | undefined;
    return row?.at ?? null;
  }

  set(at: number): void {
    if (!Number.isFinite(at)) throw new TypeError("setAlarm takes epoch milliseconds");
    this.#change((statements) => statements.write.run(Math.max(0, Math.floor(at))));
  }

  delete(): void {
    this.#change((statements) => statements.remove.run());
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

  #change(write: (statements: ReturnType<typeof prepare>) => unknown): void {
    this.#transaction.beforeWrite();
    const statements = this.#statements;
    if (statements) this.#database.trusted(() => write(statements));
    this.#changed = true;
    if (this.#running) this.#replaced = true;
  }
}

function prepare(database: SqlDatabase) {
  return {
    read: database.own("SELECT at FROM _cf_alarm"),
    write: database.own("INSERT INTO _cf_alarm (id, at) VALUES (1, ?) ON CONFLICT DO UPDATE SET at = excluded.at"),
    remove: database.own("DELETE FROM _cf_alarm"),
  };
}
