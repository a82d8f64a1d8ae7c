/** Alarm markers: which objects may have an alarm, so that a restart finds those due without opening every file. */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { SqlDatabase } from "../sql/database.ts";
import { objectPaths } from "./names.ts";

/** Durable when it returns. */
export function writeMarker(path: string, name: string): void {
  const file = openSync(path, "w");
  try {
    writeSync(file, name);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(dirname(path));
}

export function removeMarker(path: string): void {
  rmSync(path, { force: true });
}

/** A folder's entries are durable after this. Windows has no such call and needs none. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Names of the objects of a binding that had an alarm, as the markers tell. */
export function markedNames(folder: string, binding: string): string[] {
  const path = join(folder, binding);
  if (!existsSync(path)) return [];
  const markers = readdirSync(path).filter((file) => file.endsWith(".alarm"));
  return markers.map((file) => nameIn(join(path, file))).filter((name) => name !== "");
}

/** Empty where the marker has gone since the folder was read: another thread found no alarm behind it. */
function nameIn(marker: string): string {
  try {
    return readFileSync(marker, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/** The alarm an object has on disk, or null; a marker without one is removed. */
export function alarmOnDisk(folder: string, binding: string, name: string): number | null {
  const paths = objectPaths(folder, binding, name);
  const at = existsSync(paths.database) ? readAlarm(paths.database) : null;
  if (at === null) removeMarker(paths.alarmMarker);
  return at;
}

function readAlarm(path: string): number | null {
  const database = new SqlDatabase(path, "owner");
  try {
    const table = database.own("SELECT 1 FROM sqlite_master WHERE name = '_cf_alarm'").get();
    if (!table) return null;
    return (database.own("SELECT at FROM _cf_alarm").get() as { at: number } | undefined)?.at ?? null;
  } finally {
    database.close();
  }
}
