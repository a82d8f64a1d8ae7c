/**
 * PostgreSQL 15 beside us: a private cluster in a temporary folder, reached through one psql session on a socket, with
 * settings and indexes that somebody who knows it would choose. `Postgres.find()` is null where it is not installed.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { totalmem, userInfo } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { benchFolder, type GeneratedFile } from "./generate.ts";

/** Where Debian puts it. */
const PROGRAMS = "/usr/lib/postgresql/15/bin";
export const INSTALL_HINT = "apt-get install -y postgresql-15";
/** It refuses to run as root; Debian's package makes this user. */
const USER = "postgres";

const CUSTOMER_COLUMNS =
  "id text, email text, name text, state text, city text, plan text, ltv double precision, orders integer, " +
  "signup date, last_seen timestamp, active boolean";
const PURCHASE_COLUMNS = "id text, customer_id text, amount numeric(10,2), purchased_on date, category text";

/** One for each field that is looked for, by the case rule; trigrams for `contains`. */
const CUSTOMER_INDEXES = [
  "CREATE EXTENSION IF NOT EXISTS pg_trgm",
  "CREATE INDEX ON customers (lower(state), ltv)",
  "CREATE INDEX ON customers (lower(city))",
  "CREATE INDEX ON customers (lower(plan), lower(state)) WHERE active",
  "CREATE INDEX ON customers (lower(name) text_pattern_ops, orders)",
  "CREATE INDEX ON customers USING gin (lower(email) gin_trgm_ops)",
  "CREATE INDEX ON customers (ltv)",
  "CREATE INDEX ON customers (orders)",
  "CREATE INDEX ON customers (signup)",
  "CREATE INDEX ON customers (last_seen)",
  "VACUUM ANALYZE customers",
];
const PURCHASE_INDEXES = [
  "CREATE INDEX ON purchases (customer_id)",
  "CREATE INDEX ON purchases (purchased_on) INCLUDE (customer_id, amount)",
  "VACUUM ANALYZE purchases",
];

export class Postgres {
  readonly #folder: string;
  readonly #session: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  #waiting: { lines: string[]; done(lines: string[]): void } | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #errors = "";

  private constructor(folder: string, session: ChildProcessWithoutNullStreams) {
    this.#folder = folder;
    this.#session = session;
    this.#lines = createInterface({ input: session.stdout });
    this.#lines.on("line", (line) => this.#take(line));
    session.stderr.on("data", (chunk: Buffer) => {
      this.#errors += chunk;
    });
  }

  static get isInstalled(): boolean {
    return existsSync(join(PROGRAMS, "postgres"));
  }

  static version(): string {
    return /\d+\.\d+/.exec(execFileSync(join(PROGRAMS, "postgres"), ["--version"], { encoding: "utf8" }))?.[0] ?? "";
  }

  static start(): Postgres {
    const folder = mkdtempSync(join(benchFolder(), "postgres-"));
    if (userInfo().uid === 0) execFileSync("chown", [USER, folder]);
    const data = join(folder, "data");
    asUser("initdb", ["-D", data, "-U", USER, "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8"]);
    const shared = Math.floor(totalmem() / 4 / 2 ** 20);
    const settings = {
      listen_addresses: "''",
      unix_socket_directories: `'${folder}'`,
      shared_buffers: `${shared}MB`,
      effective_cache_size: `${shared * 2}MB`,
      work_mem: "256MB",
      maintenance_work_mem: "1GB",
      max_wal_size: "16GB",
      checkpoint_timeout: "30min",
      random_page_cost: "1.1",
      effective_io_concurrency: "200",
    };
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
    asUser("pg_ctl", ["-D", data, "-w", "-t", "60", "-l", join(folder, "log"), "-o", options.join(" "), "start"]);
    const flags = ["-X", "-q", "-A", "-t", "-h", folder, "-U", USER, "-d", USER];
    return new Postgres(folder, spawn(join(PROGRAMS, "psql"), flags));
  }

  /** Makes the table with its primary key and fills it with COPY, the file read by the server; milliseconds. */
  async copy(table: "customers" | "purchases", file: GeneratedFile): Promise<number> {
    const columns = table === "customers" ? CUSTOMER_COLUMNS : PURCHASE_COLUMNS;
    await this.lines(`CREATE TABLE ${table} (${columns.replace("id text", "id text PRIMARY KEY")});`);
    const began = performance.now();
    await this.lines(`COPY ${table} FROM '${file.path}' WITH (FORMAT csv, HEADER true);`);
    return performance.now() - began;
  }

  async index(table: "customers" | "purchases"): Promise<void> {
    for (const sql of table === "customers" ? CUSTOMER_INDEXES : PURCHASE_INDEXES) await this.lines(`${sql};`);
  }

  async count(sql: string): Promise<number> {
    return Number((await this.lines(`${sql};`))[0]);
  }

  /** Runs statements one after the other and answers what they print. */
  lines(sql: string): Promise<string[]> {
    const run = this.#queue.then(
      () =>
        new Promise<string[]>((done) => {
          this.#waiting = { lines: [], done };
          this.#session.stdin.write(`${sql}\n\\echo ${END}\n`);
        }),
    );
    this.#queue = run;
    return run.then((lines) => {
      const errors = this.#errors;
      this.#errors = "";
      if (/^(ERROR|psql: error|FATAL)/m.test(errors)) throw new Error(`${sql}\n${errors}`);
      return lines;
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#session.once("exit", resolve));
    // Not by its own command for it: a statement may be under way when a run is stopped.
    this.#session.kill();
    if (this.#session.exitCode === null && this.#session.signalCode === null) await ended;
    asUser("pg_ctl", ["-D", join(this.#folder, "data"), "-m", "immediate", "-w", "stop"]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #take(line: string): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    if (line !== END) {
      waiting.lines.push(line);
      return;
    }
    this.#waiting = null;
    // Errors come by another pipe: let it be read first.
    setImmediate(() => waiting.done(waiting.lines));
  }
}

const END = "__end_of_answer__";

function asUser(program: string, args: readonly string[]): void {
  const path = join(PROGRAMS, program);
  const root = userInfo().uid === 0;
  // Output goes nowhere: the server that pg_ctl leaves behind would hold a pipe open.
  const options = { stdio: "ignore" as const, cwd: "/" };
  if (root) execFileSync("runuser", ["-u", USER, "--", path, ...args], options);
  else execFileSync(path, args, options);
}
