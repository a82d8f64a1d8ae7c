/**
 * Who is still to be told, and the telling. An entry says only that there is something new for somebody; entries
 * are removed when the telling was acknowledged and nothing newer came meanwhile, else repeated with backoff.
 */
import type { ObjectStorage } from "../../platform/types.ts";
import { nextDelay } from "../backoff.ts";
import { within } from "../deadline.ts";
import { Pace } from "../pace.ts";
import type { Timers } from "../timers.ts";

interface Entry {
  readonly id: string;
  readonly generation: number;
  readonly attempt: number;
  readonly not_before: number;
}

export interface LaneOptions {
  readonly kind: string;
  /** At most one telling for each id in so many milliseconds, the first at once. */
  readonly every_ms: number;
  /** Tells some; throws when they were not told. */
  tell(ids: readonly string[]): Promise<void>;
  /** Told one by one, so that one that fails does not hold up the others. */
  readonly one_by_one: boolean;
}

interface LaneParts {
  readonly storage: ObjectStorage;
  readonly timers: Timers;
  now(): number;
  random(): number;
  waitUntil(promise: Promise<unknown>): void;
}

/** The alarm that tells again if this instance does not live to do it. */
const BACKUP_MS = 1000;
const AT_ONCE = 50;
const TIMEOUT_MS = 60_000;

export class Lane {
  readonly #options: LaneOptions;
  readonly #parts: LaneParts;
  readonly #pace: Pace;
  #running = false;
  #sleeping = false;

  constructor(options: LaneOptions, parts: LaneParts) {
    this.#options = options;
    this.#parts = parts;
    this.#pace = new Pace(options.every_ms);
  }

  /** Notes that there is something to tell. Inside the transaction of what it is; call `go` after it. */
  note(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#parts.storage.sql.exec(
      `INSERT INTO outbox (kind, id, generation) SELECT ?, value, 1 FROM json_each(?) WHERE true
       ON CONFLICT (kind, id) DO UPDATE SET generation = generation + 1`,
      this.#options.kind,
      JSON.stringify(ids),
    );
    this.#parts.timers.setNoLater(this.#options.kind, this.#parts.now() + BACKUP_MS);
  }

  /** The alarm went off. Should this instance not live to tell, the next alarm is set already. */
  ring(): void {
    if (this.#entries().length === 0) return;
    this.#parts.timers.setNoLater(this.#options.kind, this.#parts.now() + BACKUP_MS);
    this.go();
  }

  /** Tells what may be told now; the rest follows by itself. */
  go(): void {
    if (this.#running) return;
    this.#running = true;
    this.#parts.waitUntil(this.#run());
  }

  async #run(): Promise<void> {
    try {
      for (let due = this.#due(); due.length > 0; due = this.#due()) await this.#tellAll(due);
      this.#sleep();
    } catch {
      // The storage is gone with the object; the next one finds the outbox.
    } finally {
      this.#running = false;
    }
  }

  #entries(): Entry[] {
    return this.#parts.storage.sql
      .exec<Entry>("SELECT id, generation, attempt, not_before FROM outbox WHERE kind = ?", this.#options.kind)
      .toArray();
  }

  #due(): Entry[] {
    const now = this.#parts.now();
    return this.#entries()
      .filter((entry) => this.#wait(entry, now) === 0)
      .slice(0, AT_ONCE);
  }

  #wait(entry: Entry, now: number): number {
    return Math.max(entry.not_before - now, this.#pace.wait(entry.id, now), 0);
  }

  async #tellAll(entries: readonly Entry[]): Promise<void> {
    const now = this.#parts.now();
    for (const entry of entries) this.#pace.went(entry.id, now);
    const groups = this.#options.one_by_one ? entries.map((entry) => [entry]) : [entries];
    await Promise.all(groups.map((group) => this.#tellGroup(group)));
  }

  async #tellGroup(group: readonly Entry[]): Promise<void> {
    let told = true;
    try {
      await within(TIMEOUT_MS, () => this.#options.tell(group.map((entry) => entry.id)));
    } catch {
      told = false;
    }
    this.#parts.storage.transactionSync(() => {
      for (const entry of group)
        if (told) this.#done(entry);
        else this.#again(entry);
    });
  }

  #done(entry: Entry): void {
    const { sql } = this.#parts.storage;
    const { kind } = this.#options;
    sql.exec("DELETE FROM outbox WHERE kind = ? AND id = ? AND generation = ?", kind, entry.id, entry.generation);
    if (entry.attempt > 0)
      sql.exec("UPDATE outbox SET attempt = 0, not_before = 0 WHERE kind = ? AND id = ?", kind, entry.id);
  }

  #again(entry: Entry): void {
    const attempt = entry.attempt + 1;
    const not_before = this.#parts.now() + nextDelay(attempt, this.#parts.random());
    const { sql } = this.#parts.storage;
    sql.exec(
      "UPDATE outbox SET attempt = ?, not_before = ? WHERE kind = ? AND id = ?",
      attempt,
      not_before,
      this.#options.kind,
      entry.id,
    );
  }

  /** Soon: a short sleep. Later, or should this instance not live so long: the alarm. */
  #sleep(): void {
    const now = this.#parts.now();
    const waits = this.#entries().map((entry) => this.#wait(entry, now));
    if (waits.length === 0) return;
    const wait = Math.min(...waits);
    this.#parts.timers.set(this.#options.kind, now + Math.max(wait, wait < BACKUP_MS ? BACKUP_MS : 0));
    if (wait >= BACKUP_MS || this.#sleeping) return;
    this.#sleeping = true;
    this.#parts.waitUntil(this.#goIn(wait));
  }

  async #goIn(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#sleeping = false;
    this.go();
  }
}
