import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One tenant. Nothing crosses it. Times are epoch milliseconds here and in every other table. */
export const workspaces = sqliteTable("workspaces", {
  id: text().primaryKey(),
  name: text().notNull(),
  time_zone: text().notNull(),
  created_at: integer().notNull(),
});
