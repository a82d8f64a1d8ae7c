/**
 * How much of its limits a key has used, in an object of its own for each key, so that all instances of the program count
 * together. What is allowed is stored before it is answered, some at a time: after a crash a little less may be allowed,
 * never more.
 */
import type { ObjectState } from "../../platform/types.ts";
import { SlidingCount } from "./sliding-count.ts";

export interface Quota {
  /** What is counted: `members`. */
  readonly name: string;
  readonly limit: number;
  readonly window_s: number;
}

export interface QuotaAnswer {
  readonly allowed: boolean;
  /** How many more are allowed now. */
  readonly remaining: number;
  /** Seconds until one more is; at least 1 where none was used. */
  readonly reset_s: number;
}

export interface QuotaApi {
  /** Counts one, if it is allowed. */
  take(quota: Quota): Promise<QuotaAnswer>;
  /** Epoch milliseconds, a second or so late; null: never. */
  lastUse(): Promise<number | null>;
}

export interface QuotaPorts {
  now(): number;
}

/** Of a limit, so much is stored ahead at most. */
const STORED_AHEAD = 0.01;
const DAY_MS = 24 * 3_600_000;

interface Counted {
  readonly count: SlidingCount;
  /** The second that was stored last, and how many more of it are stored than were used. */
  second: number;
  ahead: number;
}

export class QuotaObject implements QuotaApi {
  readonly #state: ObjectState;
  readonly #ports: QuotaPorts;
  readonly #counted = new Map<string, Counted>();
  #alarmed = false;

  constructor(state: ObjectState, ports: QuotaPorts) {
    this.#state = state;
    this.#ports = ports;
    state.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS hits (name TEXT NOT NULL, second INTEGER NOT NULL, hits INTEGER NOT NULL,
         PRIMARY KEY (name, second)) WITHOUT ROWID`,
    );
    state.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS uses (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL)",
    );
  }

  async take({ name, limit, window_s }: Quota): Promise<QuotaAnswer> {
    const now = this.#ports.now();
    const second = Math.floor(now / 1_000);
    const counted = this.#of(name);
    const { count } = counted;
    const used = count.countAt(second, window_s);
    if (used >= limit) return { allowed: false, remaining: 0, reset_s: count.freeIn(second, window_s) };
    this.#store(name, counted, second, limit, now);
    count.hit(second);
    return { allowed: true, remaining: limit - used - 1, reset_s: count.freeIn(second, window_s) };
  }

  async lastUse(): Promise<number | null> {
    const [use] = this.#state.storage.sql.exec<{ at: number }>("SELECT at FROM uses").toArray();
    return use?.at ?? null;
  }

  /** A day after the last use nothing here matters any more, but when that was. */
  async alarm(): Promise<void> {
    this.#alarmed = false;
    const before = Math.floor((this.#ports.now() - DAY_MS) / 1_000);
    this.#state.storage.sql.exec("DELETE FROM hits WHERE second < ?", before);
    const left = this.#state.storage.sql.exec("SELECT 1 FROM hits LIMIT 1").toArray().length > 0;
    if (left) await this.#wake();
  }

  #of(name: string): Counted {
    const known = this.#counted.get(name);
    if (known) return known;
    const rows = this.#state.storage.sql.exec<{ second: number; hits: number }>(
      "SELECT second, hits FROM hits WHERE name = ? ORDER BY second",
      name,
    );
    const count = new SlidingCount(Array.from(rows, ({ second, hits }) => [second, hits] as const));
    const counted = { count, second: 0, ahead: 0 };
    this.#counted.set(name, counted);
    return counted;
  }

  #store(name: string, counted: Counted, second: number, limit: number, now: number): void {
    if (counted.second === second && counted.ahead > 0) {
      counted.ahead--;
      return;
    }
    // What was stored of the second before and not used was not done.
    if (counted.ahead > 0) this.#put(name, counted.second, counted.count.hitsIn(counted.second));
    // No more ahead than came in this second: whoever calls now and then loses nothing when the object rests in between.
    const ahead = Math.max(1, Math.min(counted.count.hitsIn(second), Math.floor(limit * STORED_AHEAD)));
    this.#put(name, second, counted.count.hitsIn(second) + ahead);
    counted.second = second;
    counted.ahead = ahead - 1;
    this.#state.storage.sql.exec("INSERT OR REPLACE INTO uses (id, at) VALUES (1, ?)", now);
    if (!this.#alarmed) void this.#wake();
  }

  #put(name: string, second: number, hits: number): void {
    this.#state.storage.sql.exec(
      "INSERT OR REPLACE INTO hits (name, second, hits) VALUES (?, ?, ?)",
      name,
      second,
      hits,
    );
  }

  async #wake(): Promise<void> {
    this.#alarmed = true;
    await this.#state.storage.setAlarm(Date.now() + DAY_MS); // alarms go by the machine's clock
  }
}
