/**
 * Brings pages from write-ahead logs into their databases, on a thread of its own: that waits for the disk, and those
 * who write need not. SQLite lets them go on writing meanwhile. A file that is gone is none of its business.
 */
import { existsSync } from "node:fs";
import { sep } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { BroadcastChannel, parentPort, workerData } from "node:worker_threads";
import { WAL_NOTICES } from "./wal-notices.ts";

const folder: string = workerData.folder;
const waiting = new Set<string>();
const notices = new BroadcastChannel(WAL_NOTICES);
let isBusy = false;

notices.onmessage = (event) => {
  const { data: path } = event as MessageEvent<string>;
  if (path.startsWith(folder + sep)) waiting.add(path);
  next();
};

parentPort?.once("message", () => {
  waiting.clear();
  notices.close();
});

/** One after the other; notices are taken in between. */
function next(): void {
  const [path] = waiting;
  if (path === undefined || isBusy) return;
  isBusy = true;
  waiting.delete(path);
  setImmediate(() => {
    try {
      checkpoint(path);
    } catch (error) {
      if (existsSync(path)) console.error(`checkpoint of ${path} failed; its own thread will do it`, error);
    }
    isBusy = false;
    next();
  });
}

function checkpoint(path: string): void {
  const url = pathToFileURL(path);
  url.searchParams.set("mode", "rw"); // never made anew
  const database = new DatabaseSync(url);
  try {
    database.exec("PRAGMA synchronous=NORMAL; PRAGMA wal_checkpoint(PASSIVE)");
  } finally {
    database.close();
  }
}
