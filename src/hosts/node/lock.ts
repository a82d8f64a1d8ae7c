/** One process for each data folder: an exclusive SQLite lock, which the system releases however the process ends. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export class DataFolderInUse extends Error {
  constructor(folder: string) {
    super(
      `The data folder ${folder} is in use by another process. Stop that one, or set CUTTY_DATA to another folder.`,
    );
    this.name = "DataFolderInUse";
  }
}

/** The returned function releases the lock. Throws DataFolderInUse. */
export function lockDataFolder(folder: string): () => void {
  const database = new DatabaseSync(join(folder, "lock.sqlite"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    const busy = error instanceof Error && "errcode" in error && error.errcode === 5;
    throw busy ? new DataFolderInUse(folder) : error;
  }
  return () => database.close();
}
