/**
 * Runs and what became of each record in them. The only writer of `runs` and `results`. Synchronous, inside the
 * caller's transaction.
 */
import { newId } from "../../../platform/ids.ts";
import type { SqlStorage } from "../../../platform/types.ts";
import type { RunResult, RunState } from "../../interface.ts";
import type { Action } from "./ledger.ts";

const KEEP_MS = 14 * 86_400_000;
const KEEP_RESULTS = 100_000;
const KEEP_RUNS = 10_000;

/** Why nothing had to be sent for a record. */
const STILL_WANTED = "another_record_has_it";

type Numbered<Row> = Row & { readonly n: number };

interface Outcome {
  readonly identifier: string;
  readonly reason: string | null;
}

export class Runs {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The run that is open, begun now if there is none. */
  open(now: number): number {
    const open = this.current();
    if (open !== null) return open;
    return this.#sql
      .exec<{ n: number }>(
        "INSERT INTO runs (id, status, started_at) VALUES (?, 'running', ?) RETURNING n",
        newId("run"),
        now,
      )
      .one().n;
  }

  current(): number | null {
    return this.#sql.exec<{ n: number }>("SELECT n FROM runs WHERE status = 'running'").toArray()[0]?.n ?? null;
  }

  /** Records that have no usable identifier. */
  unusable(run: number, records: readonly { key: string; reason: string | null }[]): void {
    if (records.length === 0) return;
    this.#sql.exec(
      `INSERT INTO results (run, key, action, status, reason)
       SELECT ?, value ->> 0, 'add', 'rejected', value ->> 1 FROM json_each(?)`,
      run,
      JSON.stringify(records.map((record) => [record.key, record.reason])),
    );
    this.#sql.exec("UPDATE runs SET rejected = rejected + ? WHERE n = ?", records.length, run);
  }

  /**
   * Settles identifiers: each record that waited for one gets its result, and the identifier waits no more.
   * A record that wanted the opposite of what was sent is content: another record has the identifier.
   */
  settle(run: number, action: Action, status: RunResult["status"], outcomes: readonly Outcome[]): void {
    if (outcomes.length === 0) return;
    const list = JSON.stringify(outcomes.map((outcome) => [outcome.identifier, outcome.reason]));
    const written = this.#sql.exec<{ status: string }>(
      `INSERT INTO results (run, key, action, status, reason)
       SELECT ?, d.key, d.action, iif(d.action = ?, ?, 'accepted'), iif(d.action = ?, o.value ->> 1, ?)
       FROM json_each(?) o JOIN dirty d ON d.identifier = o.value ->> 0 ORDER BY d.n RETURNING status`,
      run,
      action,
      status,
      action,
      STILL_WANTED,
      list,
    );
    const rejected = written.toArray().filter((row) => row.status === "rejected").length;
    if (rejected > 0) this.#sql.exec("UPDATE runs SET rejected = rejected + ? WHERE n = ?", rejected, run);
    this.drop(outcomes.map((outcome) => outcome.identifier));
    this.#sql.exec("DELETE FROM results WHERE n <= (SELECT max(n) FROM results) - ?", KEEP_RESULTS);
  }

  /** These wait no more, and nothing is said of them: they came and went before anything was sent. */
  drop(identifiers: readonly string[]): void {
    this.#sql.exec(
      "DELETE FROM dirty WHERE identifier IN (SELECT value FROM json_each(?))",
      JSON.stringify(identifiers),
    );
  }

  count(run: number, added: number, removed: number): void {
    this.#sql.exec("UPDATE runs SET added = added + ?, removed = removed + ? WHERE n = ?", added, removed, run);
  }

  failedAttempt(detail: string): void {
    this.#sql.exec("UPDATE runs SET attempts = attempts + 1, error = ? WHERE status = 'running'", detail);
  }

  /** Closes the open run. One in which nothing happened leaves no trace. */
  close(now: number, error: string | null): void {
    this.#sql.exec(
      `DELETE FROM runs WHERE status = 'running' AND ? IS NULL AND added + removed + rejected = 0
         AND NOT EXISTS (SELECT 1 FROM results WHERE run = runs.n)`,
      error,
    );
    this.#sql.exec(
      `UPDATE runs SET finished_at = ?, error = ?, status = iif(?, 'failed', iif(rejected > 0, 'partly', 'succeeded'))
       WHERE status = 'running'`,
      now,
      error,
      error === null ? 0 : 1,
    );
    this.#prune(now);
  }

  /** Newest first. */
  page(cursor: string | null, limit: number): { data: RunState[]; next_cursor: string | null } {
    const rows = this.#sql.exec<Numbered<RunState>>(
      `SELECT n, id, status, started_at, finished_at, added, removed, rejected, attempts, error
       FROM runs WHERE n < ? ORDER BY n DESC LIMIT ?`,
      cursor === null ? Number.MAX_SAFE_INTEGER : Number(cursor),
      limit + 1,
    );
    return paged(rows.toArray(), limit);
  }

  /** In the order of settling; null when there is no such run. */
  resultsPage(
    runId: string,
    cursor: string | null,
    limit: number,
  ): { data: RunResult[]; next_cursor: string | null } | null {
    const run = this.#sql.exec<{ n: number }>("SELECT n FROM runs WHERE id = ?", runId).toArray()[0];
    if (!run) return null;
    const rows = this.#sql.exec<Numbered<RunResult>>(
      "SELECT n, key, action, status, reason FROM results WHERE run = ? AND n > ? ORDER BY n LIMIT ?",
      run.n,
      Number(cursor ?? 0),
      limit + 1,
    );
    return paged(rows.toArray(), limit);
  }

  /** Keeps two weeks, 10,000 runs and 100,000 results. */
  #prune(now: number): void {
    this.#sql.exec(
      "DELETE FROM runs WHERE status <> 'running' AND (started_at < ? OR n <= (SELECT max(n) FROM runs) - ?)",
      now - KEEP_MS,
      KEEP_RUNS,
    );
    this.#sql.exec("DELETE FROM results WHERE run < (SELECT min(n) FROM runs)");
  }
}

/** One row more than the page was read, to know whether there is a next. */
function paged<Row>(rows: readonly Numbered<Row>[], limit: number) {
  const page = rows.slice(0, limit);
  const data = page.map(({ n: _, ...rest }) => rest);
  return { data, next_cursor: rows.length > page.length ? String(page.at(-1)?.n) : null };
}
