/** D1 on one SQLite file of the main thread. Speaks plain values, so that worker threads reach it by message. */
import { checkBindings, type Prepared, SqlDatabase } from "../sql/database.ts";
import { splitStatements } from "../sql/split.ts";

export type D1Value = string | number | boolean | null | ArrayBuffer | Uint8Array | number[];

export interface D1Query {
  readonly sql: string;
  readonly params: readonly D1Value[];
}

export interface D1Rows {
  readonly columns: readonly string[];
  readonly rows: unknown[][];
  readonly changes: number;
  readonly lastRowId: number;
  readonly durationMs: number;
}

export class D1Service {
  readonly #database: SqlDatabase;
  readonly #counters;
  #writes = 0;

  constructor(path: string) {
    this.#database = new SqlDatabase(path, "commit");
    this.#counters = this.#database.own("SELECT changes() AS changes, last_insert_rowid() AS id");
  }

  /** How many statements that write were run, also those whose transaction was undone. */
  get writes(): number {
    return this.#writes;
  }

  query(query: D1Query): D1Rows {
    return named(() => this.#run(query));
  }

  /** One transaction: all or nothing. */
  batch(queries: readonly D1Query[]): D1Rows[] {
    return named(() => {
      this.#database.ownExec("BEGIN IMMEDIATE");
      try {
        const answers = queries.map((query) => this.#run(query));
        this.#database.commit();
        return answers;
      } catch (error) {
        if (this.#database.inTransaction) this.#database.ownExec("ROLLBACK");
        throw error;
      }
    });
  }

  /** Several statements without parameters; how many they were. */
  exec(sql: string): number {
    const statements = splitStatements(sql);
    named(() => statements.map((statement) => this.#run({ sql: statement, params: [] })));
    return statements.length;
  }

  /** The host's own: runs a migration and records it, in one transaction. */
  migrate(name: string, sql: string): void {
    this.#database.ownExec(
      "CREATE TABLE IF NOT EXISTS _migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    );
    if (this.#database.own("SELECT 1 FROM _migrations WHERE name = ?").get(name)) return;
    this.#database.ownExec("BEGIN IMMEDIATE");
    try {
      for (const statement of splitStatements(sql)) this.#database.ownExec(statement);
      this.#database.forgetStatements();
      this.#database.own("INSERT INTO _migrations (name) VALUES (?)").run(name);
      this.#database.commit();
    } catch (error) {
      if (this.#database.inTransaction) this.#database.ownExec("ROLLBACK");
      throw new Error(`migration ${name} failed: ${error instanceof Error ? error.message : error}`);
    }
  }

  close(): void {
    this.#database.close();
  }

  #run({ sql, params }: D1Query): D1Rows {
    const prepared = this.#single(sql);
    checkBindings(prepared, params.length);
    if (prepared.writes) this.#writes++;
    const before = performance.now();
    prepared.statement.setReturnArrays(true);
    const rows = prepared.statement.all(...params.map(toSql)) as unknown as unknown[][];
    const durationMs = performance.now() - before;
    if (prepared.changesSchema) this.#database.forgetStatements();
    for (const row of rows) for (let index = 0; index < row.length; index++) row[index] = fromSql(row[index]);
    const counters = this.#database.trusted(() => this.#counters.get()) as { changes: number; id: number };
    return {
      columns: prepared.columns,
      rows,
      changes: prepared.writes ? counters.changes : 0,
      lastRowId: counters.id,
      durationMs,
    };
  }

  #single(sql: string): Prepared {
    const prepared = this.#database.prepare(sql);
    if ("statement" in prepared) return prepared;
    const count = prepared.length;
    throw new Error(
      count === 0 ? "No SQL statements detected." : "A prepared SQL statement must contain only one statement.",
    );
  }
}

function toSql(value: D1Value): string | number | null | Uint8Array {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return Array.isArray(value) ? Uint8Array.from(value) : value;
}

/** D1 answers blobs as arrays of numbers. */
function fromSql(value: unknown): unknown {
  return value instanceof Uint8Array ? Array.from(value) : value;
}

const SQLITE_NAMES: Record<number, string> = {
  1: "SQLITE_ERROR",
  13: "SQLITE_FULL",
  18: "SQLITE_TOOBIG",
  19: "SQLITE_CONSTRAINT",
  20: "SQLITE_MISMATCH",
};

/** Errors read as D1's do. */
function named<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && "errcode" in error ? SQLITE_NAMES[Number(error.errcode) & 0xff] : undefined;
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`D1_ERROR: ${message}${code ? `: ${code}` : ""}`, { cause: error });
  }
}
