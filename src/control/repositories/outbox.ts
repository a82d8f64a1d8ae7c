import { newId } from "../../platform/ids.ts";
import type { Database, Statement } from "../database.ts";
import { type LifecycleEvent, outbox } from "../schema/outbox.ts";

/** Tells of a change, in the batch that makes it. */
export function announceEvent(
  db: Database,
  subject: { workspace_id: string; dataset_id: string },
  type: LifecycleEvent,
  data: Readonly<Record<string, unknown>>,
  at: number,
): Statement {
  const { workspace_id, dataset_id } = subject;
  return db.insert(outbox).values({ id: newId("evt"), workspace_id, dataset_id, type, data, at });
}
