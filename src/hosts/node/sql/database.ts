/**
 * One SQLite file, opened durably and checked, with Cloudflare's limits on what the program may ask of it.
 * Statements are compiled once for each SQL text.
 */
import { existsSync } from "node:fs";
import { constants, DatabaseSync, type StatementSync } from "node:sqlite";
import { isSchemaChange, isWrite, refusal, SQL_LIMITS } from "./guard.ts";
import { countParameters, splitStatements } from "./split.ts";
import { WalNotices } from "./wal-notices.ts";
import { WalSync } from "./wal-sync.ts";

export interface Prepared {
  readonly statement: StatementSync;
  readonly writes: boolean;
  /** Afterwards, statements compiled before must be forgotten. */
  readonly changesSchema: boolean;
  readonly columns: readonly string[];
  readonly parameters: number;
  /** True while a lazy cursor reads from it. */
  busy: boolean;
}

/** SQLite would take a missing value for null. */
export function checkBindings(prepared: Prepared, given: number): void {
  if (prepared.parameters !== given) {
    throw new Error(`Wrong number of parameter bindings for SQL query: ${given} given, ${prepared.parameters} needed.`);
  }
}

export interface OpenDatabase {
  readonly path: string;
  readonly journalMode: string;
  readonly synchronous: number;
  /** Who syncs a commit to disk: SQLite as part of it, or its owner before it tells anybody of it. */
  readonly syncedBy: "commit" | "owner";
}

const STATEMENTS_KEPT = 500;
/** Pages in the write-ahead log that the checkpoint thread is told of, and those that a commit brings in itself. */
const PAGES_TOLD = 500;
const PAGES_LEFT = 8_192;
/** The cache, 8 MB at most, grows as it is used. */
const SETTINGS = `PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-8000;
  PRAGMA wal_autocheckpoint=${PAGES_LEFT}`;
const SYNCHRONOUS = { commit: 2, owner: 1 };
const everyOpen = new Set<SqlDatabase>();

/** What this thread has open, with durability settings read from SQLite now. */
export function openDatabases(): OpenDatabase[] {
  return [...everyOpen].map((database) => database.durability());
}

export class SqlDatabase {
  readonly path: string;
  readonly #syncedBy: OpenDatabase["syncedBy"];
  readonly #db: DatabaseSync;
  readonly #wal: WalSync;
  readonly #notices: WalNotices;
  readonly #logState: StatementSync;
  readonly #statements = new Map<string, Prepared | readonly string[]>();
  #trusted = true;
  #sawWrite = false;
  #sawSchemaChange = false;
  #refusal: string | null = null;

  /** Throws when the file cannot be opened, or is not durable once open. */
  constructor(path: string, syncedBy: OpenDatabase["syncedBy"]) {
    this.path = path;
    this.#syncedBy = syncedBy;
    this.#wal = new WalSync(path);
    const isLeftOver = syncedBy === "owner" && existsSync(`${path}-wal`);
    this.#db = new DatabaseSync(path, { limits: SQL_LIMITS, timeout: 5000 });
    this.#db.exec(`${SETTINGS}; PRAGMA synchronous=${SYNCHRONOUS[syncedBy]}`);
    everyOpen.add(this);
    this.#checkDurable();
    this.#notices = new WalNotices(path);
    this.#logState = this.#db.prepare("PRAGMA wal_checkpoint(NOOP)");
    if (isLeftOver) this.#wal.now(); // of a process that was killed: whoever reads it may rely on it
    this.#db.setAuthorizer((action, first, second) => this.#authorize(action, first, second));
    this.#trusted = false;
  }

  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  /** Bytes, of which some may still be in the write-ahead log. */
  get size(): number {
    const pages = this.own("PRAGMA page_count").get() as { page_count: number };
    const bytes = this.own("PRAGMA page_size").get() as { page_size: number };
    return pages.page_count * bytes.page_size;
  }

  /** One statement, or the several of a string: those are compiled one after the other, as each may need the one before. */
  prepare(sql: string): Prepared | readonly string[] {
    const known = this.#statements.get(sql);
    if (known) return "statement" in known && known.busy ? this.#compile(sql) : known;
    const parts = splitStatements(sql);
    const prepared = parts.length === 1 ? this.#compile(sql) : parts;
    this.#remember(sql, prepared);
    return prepared;
  }

  /** SQLite compiles them anew by itself; the names of their columns would stay the old ones. */
  forgetStatements(): void {
    this.#statements.clear();
  }

  /** A statement of the host's own, free of the guard. */
  own(sql: string): StatementSync {
    return this.trusted(() => this.#db.prepare(sql));
  }

  /** Calls once every commit made before is on disk, or with why it may not be. */
  sync(done: (error: Error | null) => void): void {
    this.#wal.begin(done);
  }

  /** The same, before it returns. */
  syncNow(): void {
    this.#wal.now();
  }

  /** Runs the host's own SQL, free of the guard. */
  ownExec(sql: string): void {
    this.trusted(() => this.#db.exec(sql));
  }

  commit(): void {
    this.ownExec("COMMIT");
    const { log, checkpointed } = this.trusted(() => this.#logState.get()) as { log: number; checkpointed: number };
    if (log - checkpointed > PAGES_TOLD) this.#notices.grown();
  }

  /** VACUUM attaches a database of its own for a moment. */
  vacuum(): void {
    this.#db.limits.attach = 1;
    try {
      this.ownExec("VACUUM");
    } finally {
      this.#db.limits.attach = SQL_LIMITS.attach;
    }
  }

  trusted<T>(work: () => T): T {
    const before = this.#trusted;
    this.#trusted = true;
    try {
      return work();
    } finally {
      this.#trusted = before;
    }
  }

  durability(): OpenDatabase {
    const journal = this.own("PRAGMA journal_mode").get() as { journal_mode: string };
    const synchronous = this.own("PRAGMA synchronous").get() as { synchronous: number };
    const settings = { journalMode: journal.journal_mode, synchronous: synchronous.synchronous };
    return { path: this.path, ...settings, syncedBy: this.#syncedBy };
  }

  close(): void {
    if (!everyOpen.delete(this)) return;
    this.#statements.clear();
    this.#wal.close();
    this.#db.close();
  }

  #checkDurable(): void {
    const { journalMode, synchronous } = this.durability();
    if (journalMode === "wal" && synchronous === SYNCHRONOUS[this.#syncedBy]) return;
    this.close();
    throw new Error(`${this.path} is not durable: journal_mode=${journalMode}, synchronous=${synchronous}`);
  }

  #compile(sql: string): Prepared {
    if (sql.length > SQL_LIMITS.sqlLength) throw new Error(`statement too long: ${sql.length} bytes, at most 100000`);
    this.#sawWrite = false;
    this.#sawSchemaChange = false;
    this.#refusal = null;
    try {
      const statement = this.#db.prepare(sql);
      return {
        statement,
        writes: this.#sawWrite,
        changesSchema: this.#sawSchemaChange,
        columns: statement.columns().map((column) => column.name),
        parameters: countParameters(sql),
        busy: false,
      };
    } catch (error) {
      throw this.#refusal ? new Error(`not authorized: ${this.#refusal}`) : error;
    }
  }

  #remember(sql: string, prepared: Prepared | readonly string[]): void {
    if (this.#statements.size >= STATEMENTS_KEPT) {
      const oldest = this.#statements.keys().next();
      if (!oldest.done) this.#statements.delete(oldest.value);
    }
    this.#statements.set(sql, prepared);
  }

  #authorize(action: number, first: string | null, second: string | null): number {
    if (this.#trusted) return constants.SQLITE_OK;
    if (isWrite(action, first)) this.#sawWrite = true;
    if (isSchemaChange(action)) this.#sawSchemaChange = true;
    const reason = refusal(action, first, second);
    if (reason === null) return constants.SQLITE_OK;
    this.#refusal = reason;
    return constants.SQLITE_DENY;
  }
}
