import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CheckpointThread } from "./checkpoint-thread.ts";
import { SqlDatabase } from "./database.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cutty-checkpoint-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function logOf(database: SqlDatabase): { log: number; checkpointed: number } {
  return database.own("PRAGMA wal_checkpoint(NOOP)").get() as { log: number; checkpointed: number };
}

function write(database: SqlDatabase, rows: number): void {
  database.ownExec("BEGIN IMMEDIATE");
  database.ownExec(
    `INSERT INTO t SELECT randomblob(3000) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT i FROM n)`,
  );
  database.commit();
}

test("H78 a log that has grown is brought into its database by the other thread, while it is written to", async () => {
  const thread = new CheckpointThread(folder);
  const database = new SqlDatabase(join(folder, "a.sqlite"), "owner");
  try {
    database.ownExec("CREATE TABLE t (a)");
    let rows = 0;
    const isBroughtIn = async () => {
      write(database, 600); // again and again: the thread may not listen yet
      rows += 600;
      await pause(150);
      return logOf(database).checkpointed > 0;
    };
    let tries = 0;
    while (!(await isBroughtIn())) expect(++tries).toBeLessThan(100);
    expect(database.own("SELECT count(*) AS n FROM t").get()).toEqual({ n: rows });
    expect(database.own("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  } finally {
    await thread.close();
    database.close();
  }
});

test("H78 without the thread, and for files elsewhere, a commit brings in a long log itself", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "cutty-elsewhere-"));
  const thread = new CheckpointThread(folder);
  const database = new SqlDatabase(join(elsewhere, "a.sqlite"), "owner");
  try {
    database.ownExec("CREATE TABLE t (a)");
    for (let times = 0; times < 5; times++) write(database, 600);
    expect(logOf(database).checkpointed).toBe(0);
    for (let times = 0; times < 15; times++) write(database, 600);
    expect(logOf(database).log).toBeLessThan(8_192 + 700);
    expect(database.own("SELECT count(*) AS n FROM t").get()).toEqual({ n: 12_000 });
  } finally {
    await thread.close();
    database.close();
    rmSync(elsewhere, { recursive: true, force: true });
  }
});
