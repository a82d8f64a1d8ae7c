/** What the lines share: the data, the program on it, and the peers, each made when it is first asked for. */

import { DuckDB } from "./duckdb.ts";
import { customersFile, type GeneratedFile, purchasesFile } from "./generate.ts";
import { JsonRows } from "./json-rows.ts";
import type { Options } from "./options.ts";
import { Ours } from "./ours.ts";
import { Postgres } from "./postgres.ts";

export interface LoadedPostgres {
  readonly postgres: Postgres;
  /** How long COPY into the keyed table took. */
  readonly copyMs: number;
}

export interface Context {
  readonly rows: number;
  /** Scaled down: answers are what is looked at, so times of waiting and repetitions are short. */
  readonly small: boolean;
  /** For seeds of changes: on a data folder of a run before, the same ones would change nothing. */
  readonly salt: number;
  /** Whether line i imports them. */
  readonly withPurchases: boolean;
  readonly customers: GeneratedFile;
  purchases(): GeneratedFile;
  readonly ours: Ours;
  /** The customers in memory (`customers`) and in DuckDB's own file (`disk.customers`). Null when left out. */
  duckdb(): Promise<DuckDB | null>;
  /** With customers, their key and, after `indexed`, their indexes. Null when left out or not installed. */
  postgres(): Promise<LoadedPostgres | null>;
  indexed(): Promise<Postgres | null>;
  /** What stands in the column of a PostgreSQL that is not there. */
  readonly noPostgres: Readonly<{ postgres?: string }>;
  /** SQL over JSON rows: a tenth of the rows at most. Null when left out. */
  jsonRows(): Promise<JsonRows | null>;
  close(): Promise<void>;
}

/** `folder`: of our data, below the benchmark's. */
export function createContext(options: Options, folder = `ours-${options.rows}`): Context {
  const { rows, peers, withPurchases } = options;
  const customers = customersFile(rows);
  const ours = new Ours(folder, options.reuse);
  const closing: (() => Promise<void> | void)[] = [];

  const duckdb = once(async () => {
    if (!peers.has("duckdb")) return null;
    const path = await DuckDB.fileWithCustomers(customers);
    const opened = await DuckDB.open(":memory:");
    await opened.run(`ATTACH '${path}' AS disk (READ_ONLY)`);
    await opened.run("CREATE TABLE customers AS SELECT * FROM disk.customers");
    closing.push(() => opened.close());
    return opened;
  });
  const postgres = once(async () => {
    if (!peers.has("postgres") || !Postgres.isInstalled) return null;
    const started = Postgres.start();
    closing.push(() => started.stop());
    return { postgres: started, copyMs: await started.copy("customers", customers) };
  });
  const indexed = once(async () => {
    const loaded = await postgres();
    await loaded?.postgres.index("customers");
    return loaded?.postgres ?? null;
  });
  const jsonRows = once(async () => {
    if (!peers.has("json")) return null;
    const opened = await JsonRows.load(customersFile(Math.max(1_000, Math.floor(rows / 10))));
    closing.push(() => opened.close());
    return opened;
  });

  return {
    salt: options.reuse ? Date.now() % 1_000_000_000 : 0,
    ...{ rows, small: rows < 500_000, withPurchases, customers, purchases: () => purchasesFile(rows), ours },
    ...{ duckdb, postgres, indexed, jsonRows },
    noPostgres: peers.has("postgres") && !Postgres.isInstalled ? { postgres: "not installed" } : {},
    // Once: a run that is stopped closes it, and then comes to its own end.
    close: once(async () => {
      await ours.close();
      for (const close of closing.reverse()) await close();
    }),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
