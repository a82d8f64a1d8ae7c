/** On what and with which versions a run was made. */
import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, totalmem } from "node:os";
import { DuckDB } from "./duckdb.ts";
import { Postgres } from "./postgres.ts";

export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_gb: number;
  readonly node: string;
  readonly duckdb: string;
  readonly postgres: string;
  readonly sqlite: string;
  readonly commit: string;
}

export async function thisMachine(): Promise<Machine> {
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memory_gb: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    duckdb: await DuckDB.version(),
    postgres: Postgres.isInstalled ? Postgres.version() : "not installed",
    sqlite: process.versions.sqlite ?? "",
    commit: commit(),
  };
}

/** With a plus where files differ from it. */
function commit(): string {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8", cwd: import.meta.dirname }).trim();
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no") !== "";
    return git("rev-parse", "--short", "HEAD") + (changed ? "+" : "");
  } catch {
    return "unknown";
  }
}
