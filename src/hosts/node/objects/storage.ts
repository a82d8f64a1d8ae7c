/** `state.storage` of an object on Node. */
import type { ObjectStorage, SqlCursor, SqlStorage, SqlValue } from "../../../platform/types.ts";
import { RowCursor, toInput } from "../sql/cursor.ts";
import { checkBindings, type Prepared, type SqlDatabase } from "../sql/database.ts";
import type { ObjectAlarm } from "./alarm.ts";
import type { Transaction } from "./transaction.ts";

export class NodeSqlStorage implements SqlStorage {
  readonly #database: SqlDatabase;
  readonly #transaction: Transaction;

  constructor(database: SqlDatabase, transaction: Transaction) {
    this.#database = database;
    this.#transaction = transaction;
  }

  /** Bindings belong to the last statement of a string of several, as on Cloudflare. */
  exec<Row = Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): SqlCursor<Row> {
    const prepared = this.#database.prepare(query);
    if ("statement" in prepared) return this.#run(query, prepared, bindings);
    let cursor: SqlCursor<Row> | null = null;
    prepared.forEach((sql, index) => {
      const one = this.#database.prepare(sql);
      if ("statement" in one) cursor = this.#run(sql, one, index === prepared.length - 1 ? bindings : []);
    });
    if (cursor === null) throw new Error("SQL code did not contain a statement.");
    return cursor;
  }

  get databaseSize(): number {
    return this.#database.size;
  }

  #run<Row>(sql: string, prepared: Prepared, bindings: SqlValue[]): SqlCursor<Row> {
    checkBindings(prepared, bindings.length);
    const inputs = bindings.map(toInput);
    if (!prepared.writes) return new RowCursor<Row>(() => (prepared.busy ? this.#another(sql) : prepared), inputs);
    this.#transaction.beforeWrite();
    try {
      return write<Row>(prepared, inputs);
    } catch (error) {
      this.#transaction.breakIfLost();
      throw error;
    } finally {
      if (prepared.changesSchema) this.#database.forgetStatements();
    }
  }

  #another(sql: string): Prepared {
    const prepared = this.#database.prepare(sql);
    if ("statement" in prepared) return prepared;
    throw new Error("SQL code did not contain a statement.");
  }
}

export class NodeStorage implements ObjectStorage {
  readonly sql: SqlStorage;
  readonly #database: SqlDatabase;
  readonly #transaction: Transaction;
  readonly #alarm: ObjectAlarm;

  constructor(database: SqlDatabase, transaction: Transaction, alarm: ObjectAlarm) {
    this.#database = database;
    this.#transaction = transaction;
    this.#alarm = alarm;
    this.sql = new NodeSqlStorage(database, transaction);
  }

  transactionSync<T>(callback: () => T): T {
    return this.#transaction.nested(callback);
  }

  async getAlarm(): Promise<number | null> {
    return this.#alarm.get();
  }

  setAlarm(at: number): Promise<void> {
    return promised(() => this.#alarm.set(at));
  }

  deleteAlarm(): Promise<void> {
    return promised(() => this.#alarm.delete());
  }

  /** Deletes tables and alarm, durably, and gives the space back. */
  async deleteAll(): Promise<void> {
    this.#alarm.delete();
    this.#transaction.commit();
    this.#database.ownExec("PRAGMA foreign_keys=OFF");
    this.#transaction.beforeWrite();
    for (let table = this.#anyTable(); table; table = this.#anyTable())
      this.#database.ownExec(`DROP ${table.type} ${table.name}`);
    this.#transaction.commit();
    this.#database.ownExec("PRAGMA foreign_keys=ON");
    this.#database.vacuum();
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#transaction.afterCommit((error) => (error ? reject(error) : resolve()));
    });
  }

  #anyTable(): { type: string; name: string } | undefined {
    return this.#database
      .own(
        `SELECT type, '"' || replace(name, '"', '""') || '"' AS name FROM sqlite_master
         WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
         ORDER BY type DESC, sql LIKE 'CREATE VIRTUAL%' DESC LIMIT 1`,
      )
      .get() as { type: string; name: string } | undefined;
  }
}

function write<Row>(prepared: Prepared, inputs: ReturnType<typeof toInput>[]): SqlCursor<Row> {
  if (prepared.columns.length === 0) {
    return RowCursor.done<Row>(prepared, [], Number(prepared.statement.run(...inputs).changes));
  }
  const rows = prepared.statement.all(...inputs) as Record<string, unknown>[];
  return RowCursor.done<Row>(prepared, rows, rows.length);
}

/** The write happens now, as part of this turn's transaction. */
function promised(write: () => void): Promise<void> {
  try {
    write();
    return Promise.resolve();
  } catch (error) {
    return Promise.reject(error);
  }
}
