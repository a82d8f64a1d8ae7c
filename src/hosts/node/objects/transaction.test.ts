import { expect, test } from "vitest";
import type { SqlDatabase } from "../sql/database.ts";
import { Transaction } from "./transaction.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A transaction over a database that notes what it is asked, and is synced when the test says so. */
function onTestDisk() {
  const seen: string[] = [];
  let finish: (error: Error | null) => void = () => undefined;
  const database = {
    inTransaction: false,
    ownExec: (sql: string) => seen.push(sql),
    commit: () => seen.push("COMMIT"),
    sync: (done: typeof finish) => {
      finish = done;
    },
  };
  const note = (what: string) => (error: Error | null) => seen.push(error ? `${what}: ${error.message}` : what);
  const hooks = { afterBegin: () => undefined, beforeCommit: () => undefined, onBroken: () => seen.push("broken") };
  const transaction = new Transaction(database as unknown as SqlDatabase, hooks);
  return { transaction, seen, note, synced: (error: Error | null = null) => finish(error) };
}

test("H73 who waits for the commit alone is called after it; who waits for the disk, after the sync", async () => {
  const { transaction, seen, note, synced } = onTestDisk();
  transaction.beforeWrite();
  transaction.afterCommit(note("answer"));
  transaction.afterWrite(note("frame"));
  await turn();
  expect(seen).toEqual(["BEGIN IMMEDIATE", "COMMIT", "frame"]);
  transaction.afterWrite(note("another frame"));
  transaction.afterCommit(note("another answer"));
  expect([seen.at(-1), transaction.isOpen, transaction.isPending]).toEqual(["another frame", false, true]);
  synced();
  expect(seen.slice(-2)).toEqual(["answer", "another answer"]);
  expect(transaction.isPending).toBe(false);
});

test("H9 a sync that fails breaks the object and rejects who waits, also those of the next transaction", async () => {
  const { transaction, seen, note, synced } = onTestDisk();
  transaction.beforeWrite();
  transaction.afterCommit(note("first"));
  await turn();
  transaction.beforeWrite();
  transaction.afterCommit(note("second"));
  synced(new Error("disk"));
  expect(seen.slice(-3)).toEqual(["first: disk", "second: disk", "broken"]);
  expect(() => transaction.beforeWrite()).toThrow("disk");
});
