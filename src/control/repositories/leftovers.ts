import { eq, lt } from "drizzle-orm";
import type { Database, Statement } from "../database.ts";
import { leftovers } from "../schema/leftovers.ts";

export type Leftover = typeof leftovers.$inferSelect;

export function insertLeftover(db: Database, leftover: Leftover): Statement {
  return db.insert(leftovers).values(leftover);
}

/** What was left by deletions before `at`: younger ones are still being cleared by the request that made them. */
export async function leftoversBefore(db: Database, at: number): Promise<Leftover[]> {
  return await db.select().from(leftovers).where(lt(leftovers.at, at));
}

/** Everything of the dataset is gone. */
export async function deleteLeftover(db: Database, datasetId: string): Promise<void> {
  await db.delete(leftovers).where(eq(leftovers.dataset_id, datasetId));
}
