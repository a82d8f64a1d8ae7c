/**
 * The implicit transaction of one object. It opens at the first write, is shared by every message of the
 * turn, and commits once in a setImmediate; the commit is then synced to disk beside the thread, together with others
 * that came meanwhile. What an object sends goes through `afterCommit`, so nothing leaves before the writes made ahead
 * of it are durable.
 */
import type { SqlDatabase } from "../sql/database.ts";
import { DurableQueue, type Waiter } from "./durable-queue.ts";

/** Commits made by this thread since it started: tests count them. */
export const commits = { count: 0 };

export interface TransactionHooks {
  /** Part of the transaction, and of no message. */
  afterBegin(): void;
  beforeCommit(): void;
  onBroken(error: Error): void;
}

export class Transaction {
  readonly #database: SqlDatabase;
  readonly #hooks: TransactionHooks;
  #open = false;
  #broken: Error | null = null;
  /** They wait for the commit and then for the disk. */
  #waiters: Waiter[] = [];
  /** They wait for the commit alone. */
  #writeWaiters: Waiter[] = [];
  readonly #durable: DurableQueue;
  /** The message whose synchronous part runs now. */
  #running: object | null = null;
  /** The message whose savepoint is on top of the transaction. */
  #savepoint: object | null = null;
  #depth = 0;

  constructor(database: SqlDatabase, hooks: TransactionHooks) {
    this.#database = database;
    this.#hooks = hooks;
    this.#durable = new DurableQueue(
      (done) => database.sync(done),
      (error) => this.fail(error),
    );
  }

  /** Something was written that is not committed yet. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Something was written that is not known to be on disk yet. */
  get isPending(): boolean {
    return this.#open || this.#durable.isOwed;
  }

  /** Runs a message. What its synchronous part wrote is undone when it throws before its first await. */
  runMessage<T>(work: () => T | Promise<T>): T | Promise<T> {
    const message = {};
    this.#running = message;
    let result: T | Promise<T>;
    try {
      result = work();
    } catch (error) {
      this.#undo(message);
      throw error;
    } finally {
      this.#running = null;
    }
    if (this.#savepoint === message) this.#settle(message, result);
    return result;
  }

  /** To be called before every write. */
  beforeWrite(): void {
    if (this.#broken) throw this.#broken;
    if (!this.#open) this.#begin();
    if (this.#running === this.#savepoint) return;
    if (this.#savepoint) this.#release(this.#savepoint);
    if (this.#running) this.#database.ownExec("SAVEPOINT message");
    this.#savepoint = this.#running;
  }

  /** A throw undoes just what the callback wrote. Nests. */
  nested<T>(callback: () => T): T {
    this.beforeWrite();
    const name = `nested_${this.#depth++}`;
    this.#database.ownExec(`SAVEPOINT ${name}`);
    try {
      const value = callback();
      if (value instanceof Promise) throw new TypeError("transactionSync takes a synchronous callback");
      this.#database.ownExec(`RELEASE ${name}`);
      return value;
    } catch (error) {
      this.breakIfLost();
      if (!this.#broken) this.#database.ownExec(`ROLLBACK TO ${name}; RELEASE ${name}`);
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** Calls once all that was written is committed and on disk, which may be now; with an error when that failed. */
  afterCommit(waiter: Waiter): void {
    if (this.#broken) waiter(this.#broken);
    else if (this.#open) this.#waiters.push(waiter);
    else this.#durable.wait(waiter);
  }

  /** The same without the disk: it outlives this process then, not a power cut. */
  afterWrite(waiter: Waiter): void {
    if (this.#broken) waiter(this.#broken);
    else if (this.#open) this.#writeWaiters.push(waiter);
    else waiter(null);
  }

  commit(): void {
    if (!this.#open) return;
    try {
      if (this.#savepoint) this.#release(this.#savepoint);
      this.#hooks.beforeCommit();
      this.#database.commit();
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    commits.count++;
    this.#open = false;
    this.#durable.committed(this.#waiters.splice(0));
    this.#wakeWriters(null);
  }

  /** Commits, and returns when all of it is on disk. */
  commitDurably(): void {
    this.commit();
    if (!this.#durable.isOwed) return;
    try {
      this.#database.syncNow();
      this.#durable.end(null);
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** SQLite ends a transaction by itself on some errors (disk full): the writes before are gone, so is the object. */
  breakIfLost(): void {
    if (this.#open && !this.#database.inTransaction) this.fail(new Error("SQLite rolled the transaction back"));
  }

  /** The object leaves memory with everything committed: later writes and sends by stray code are refused. */
  end(error: Error): void {
    this.#broken ??= error;
  }

  /** Rolls back, rejects all who wait and breaks the object. */
  fail(error: Error): void {
    if (this.#broken) return;
    this.#broken = error;
    if (this.#database.inTransaction) this.#database.ownExec("ROLLBACK");
    this.#open = false;
    this.#savepoint = null;
    this.#durable.end(error);
    for (const waiter of this.#waiters.splice(0)) waiter(error);
    this.#wakeWriters(error);
    this.#hooks.onBroken(error);
  }

  #begin(): void {
    this.#database.ownExec("BEGIN IMMEDIATE");
    this.#open = true;
    this.#hooks.afterBegin();
    setImmediate(() => this.commit());
  }

  #wakeWriters(error: Error | null): void {
    for (const waiter of this.#writeWaiters.splice(0)) waiter(error);
  }

  /**
   * An async handler that threw before its first await has a promise that is rejected already. Its reaction
   * runs before the one queued after it; whatever settles later keeps its writes.
   */
  #settle<T>(message: object, result: T | Promise<T>): void {
    if (!(result instanceof Promise)) {
      this.#release(message);
      return;
    }
    result.then(undefined, () => this.#undo(message));
    queueMicrotask(() => this.#release(message));
  }

  #release(message: object): void {
    if (this.#savepoint !== message) return;
    this.#savepoint = null;
    if (this.#open) this.#database.ownExec("RELEASE message");
  }

  #undo(message: object): void {
    if (this.#savepoint !== message) return;
    this.#savepoint = null;
    this.breakIfLost();
    if (this.#open) this.#database.ownExec("ROLLBACK TO message; RELEASE message");
  }
}
