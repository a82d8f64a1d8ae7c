/**
 * One object on `node:sqlite` in memory, with a clock that the test moves: for crashes at chosen moments. A crash
 * drops the instance; what it still does afterwards meets a dead storage, as a zombie's writes do on the hosts.
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { ObjectState, ObjectStorage, SqlCursor, SqlStorage, SqlValue } from "../../platform/types.ts";

export class Clock {
  #now: number;

  constructor(start = Date.parse("2026-03-01T12:00:00Z")) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  advance(ms: number): void {
    this.#now += ms;
  }
}

/** What Cloudflare allows for a value, and for the parameters of a statement. */
const LIMITS = { length: 2 * 1024 * 1024, variableNumber: 100 };

export class ObjectHost<T extends object> {
  readonly #database = new DatabaseSync(":memory:", { limits: LIMITS });
  readonly #name: string;
  readonly #clock: { now(): number };
  readonly #make: (state: ObjectState) => T;
  #alarm: number | null = null;
  #life = { alive: true };
  #instance: T | null = null;
  #background = new Set<Promise<unknown>>();

  constructor(name: string, clock: { now(): number }, make: (state: ObjectState) => T) {
    this.#name = name;
    this.#clock = clock;
    this.#make = make;
  }

  get object(): T {
    this.#instance ??= this.#make(this.#stateOf(this.#life));
    return this.#instance;
  }

  /** The program's time at which the alarm goes off. */
  get alarmAt(): number | null {
    return this.#alarm;
  }

  /** Drops the instance between two of its steps. The next use makes a new one from storage. */
  crash(): void {
    this.#life.alive = false;
    this.#life = { alive: true };
    this.#instance = null;
    this.#background = new Set();
  }

  /** Resolves when nothing runs in the background any more. */
  async quiet(): Promise<void> {
    while (this.#background.size > 0) await Promise.allSettled(this.#background);
  }

  /** Runs the alarm if it is due. */
  async ring(): Promise<void> {
    if (this.#alarm === null || this.#alarm > this.#clock.now()) return;
    this.#alarm = null;
    const { object } = this;
    if ("alarm" in object && typeof object.alarm === "function") await object.alarm();
  }

  rows(query: string): Record<string, unknown>[] {
    return this.#database.prepare(query).all();
  }

  #stateOf(life: { alive: boolean }): ObjectState {
    const refuse = () => {
      throw new Error("not offered here");
    };
    return {
      id: { name: this.#name, toString: () => this.#name },
      storage: this.#storageOf(life),
      waitUntil: (promise) => {
        if (!life.alive) return;
        const watched: Promise<unknown> = promise.finally(() => this.#background.delete(watched));
        this.#background.add(watched);
      },
      blockConcurrencyWhile: (callback) => callback(),
      acceptWebSocket: refuse,
      getWebSockets: () => [],
      abort: () => this.crash(),
    };
  }

  #storageOf(life: { alive: boolean }): ObjectStorage {
    const check = () => {
      if (!life.alive) throw new Error("the object has crashed");
    };
    const alarm = async (at: number | null) => {
      check();
      this.#alarm = at;
    };
    return {
      sql: this.#sqlOf(check),
      transactionSync: (callback) => {
        check();
        return this.#transaction(callback);
      },
      getAlarm: async () => this.#alarm,
      setAlarm: (at) => alarm(this.#clock.now() + Math.max(0, at - Date.now())),
      deleteAlarm: () => alarm(null),
      deleteAll: async () => {
        check();
        this.#alarm = null;
        this.#dropAll();
      },
      sync: async () => check(),
    };
  }

  #sqlOf(check: () => void): SqlStorage {
    return {
      exec: <Row>(query: string, ...bindings: SqlValue[]) => {
        check();
        return this.#exec<Row>(query, bindings);
      },
      databaseSize: 0,
    };
  }

  #exec<Row>(query: string, bindings: readonly SqlValue[]): SqlCursor<Row> {
    if (bindings.length === 0 && /;\s*\S/.test(query)) {
      this.#database.exec(query);
      return cursor<Row>([]);
    }
    return cursor(this.#database.prepare(query).all(...(bindings as SQLInputValue[])) as Row[]);
  }

  #transaction<R>(callback: () => R): R {
    this.#database.exec("SAVEPOINT nested");
    try {
      const value = callback();
      this.#database.exec("RELEASE nested");
      return value;
    } catch (error) {
      this.#database.exec("ROLLBACK TO nested; RELEASE nested");
      throw error;
    }
  }

  #dropAll(): void {
    const tables = this.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
    for (const { name } of tables) this.#database.exec(`DROP TABLE "${name}"`);
  }
}

function cursor<Row>(rows: Row[]): SqlCursor<Row> {
  return {
    [Symbol.iterator]: () => rows[Symbol.iterator](),
    toArray: () => rows,
    one: () => {
      if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`);
      return rows[0] as Row;
    },
    rowsWritten: 0,
    rowsRead: rows.length,
  };
}
