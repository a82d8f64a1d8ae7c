/** What a thread tells about itself: how its files are opened, and how often it committed. */
import type { ObjectRuntime } from "../objects/runtime.ts";
import { commits } from "../objects/transaction.ts";
import { type OpenDatabase, openDatabases } from "../sql/database.ts";

export interface HostFacts {
  readonly databases: OpenDatabase[];
  /** Commits of objects since the thread started. */
  readonly commits: number;
  readonly objectsInMemory: number;
}

export function hostFacts(runtime: ObjectRuntime): HostFacts {
  return { databases: openDatabases(), commits: commits.count, objectsInMemory: runtime.inMemory };
}
