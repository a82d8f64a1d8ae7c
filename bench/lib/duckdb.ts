/** DuckDB beside us: its Node package, all cores, a database file of its own. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { benchFolder, type GeneratedFile } from "./generate.ts";
import { timed } from "./stats.ts";

const CUSTOMER_COLUMNS =
  "id VARCHAR, email VARCHAR, name VARCHAR, state VARCHAR, city VARCHAR, plan VARCHAR, ltv DOUBLE, orders INTEGER, " +
  "signup DATE, last_seen TIMESTAMP, active BOOLEAN";
const PURCHASE_COLUMNS = "id VARCHAR, customer_id VARCHAR, amount DECIMAL(10,2), purchased_on DATE, category VARCHAR";

export class DuckDB {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(path: string): Promise<DuckDB> {
    const instance = await DuckDBInstance.create(path, { threads: String(availableParallelism()) });
    const connection = await instance.connect();
    return new DuckDB(instance, connection);
  }

  /** A database file with the customers, loaded from the CSV now unless a run before did. */
  static async fileWithCustomers(file: GeneratedFile): Promise<string> {
    const version = (await DuckDB.version()).replaceAll(".", "-");
    const path = join(benchFolder(), `duckdb-${version}-${basename(file.path, ".csv")}.db`);
    if (existsSync(path)) return path;
    rmSync(`${path}.part`, { force: true });
    const fresh = await DuckDB.open(`${path}.part`);
    await fresh.load("customers", file, false);
    fresh.close();
    renameSync(`${path}.part`, path);
    return path;
  }

  static async version(): Promise<string> {
    const memory = await DuckDB.open(":memory:");
    const version = String(await memory.value("SELECT version()")).replace(/^v/, "");
    memory.close();
    return version;
  }

  /** Makes the table and fills it; milliseconds. */
  async load(table: "customers" | "purchases", file: GeneratedFile, keyed: boolean): Promise<number> {
    const columns = table === "customers" ? CUSTOMER_COLUMNS : PURCHASE_COLUMNS;
    const keyedColumns = keyed ? columns.replace("id VARCHAR", "id VARCHAR PRIMARY KEY") : columns;
    const types = columns.replace(/(\w+) (\w+(?:\(\d+,\d+\))?)(, )?/g, "'$1': '$2'$3");
    await this.run(`CREATE TABLE ${table} (${keyedColumns})`);
    const { ms } = await timed(() =>
      this.run(`INSERT INTO ${table} SELECT * FROM read_csv('${file.path}', header = true, columns = {${types}})`),
    );
    await this.run("CHECKPOINT");
    return ms;
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  /** The first value of the first row. */
  async value(sql: string): Promise<unknown> {
    const reader = await this.#connection.runAndReadAll(sql);
    return reader.getRowsJS()[0]?.[0];
  }

  async count(sql: string): Promise<number> {
    return Number(await this.value(sql));
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
