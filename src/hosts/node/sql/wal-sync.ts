/**
 * Makes the commits of one database durable without holding its thread: the write-ahead log is synced by the pool of
 * file threads, one sync at a time, each for all commits made before it began. SQLite itself syncs the log's header
 * when it begins anew, and the log before pages go from it into the database (`synchronous=NORMAL`).
 */
import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";

export class WalSync {
  readonly #path: string;
  #file: number | null = null;
  #underway = 0;
  #closed = false;

  constructor(database: string) {
    this.#path = `${database}-wal`;
  }

  /** Calls when all that was committed before the call is on disk, or with why it may not be. */
  begin(done: (error: Error | null) => void): void {
    let file: number;
    try {
      file = this.#open();
    } catch (error) {
      queueMicrotask(() => done(error instanceof Error ? error : new Error(String(error))));
      return;
    }
    this.#underway++;
    fdatasync(file, (error) => {
      this.#underway--;
      if (this.#closed) this.#closeFile();
      done(error);
    });
  }

  /** The same, before it returns. */
  now(): void {
    fdatasyncSync(this.#open());
  }

  close(): void {
    this.#closed = true;
    this.#closeFile();
  }

  /** Writable, as some systems sync nothing else. The log is there from the first commit until the database is closed. */
  #open(): number {
    this.#file ??= openSync(this.#path, "r+");
    return this.#file;
  }

  #closeFile(): void {
    if (this.#file === null || this.#underway > 0) return;
    closeSync(this.#file);
    this.#file = null;
  }
}
