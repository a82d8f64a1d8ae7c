import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Datasets that were deleted but whose objects and files may not all be gone yet. Written in the batch of the
 * deletion; the row goes when the last of them is, and the minute job sees to it until then.
 */
export const leftovers = sqliteTable("leftovers", {
  dataset_id: text().primaryKey(),
  workspace_id: text().notNull(),
  shard_count: integer().notNull(),
  /** Ids of the syncs that are to withdraw what they sent. */
  syncs: text({ mode: "json" }).$type<readonly string[]>().notNull(),
  at: integer().notNull(),
});
