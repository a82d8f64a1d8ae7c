import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "./users.ts";
import { workspaces } from "./workspaces.ts";

/** Static sets of records: a segment as it was at a moment, or what somebody uploaded. Their items are a file. */
export const lists = sqliteTable(
  "lists",
  {
    id: text().primaryKey(),
    workspace_id: text()
      .notNull()
      .references(() => workspaces.id),
    name: text().notNull(),
    /** The segment that it was frozen from; null: uploaded. Not a reference: the segment may go. */
    segment_id: text(),
    /** Of an uploaded one; a frozen one's is known when it is written. */
    item_count: integer(),
    bytes: integer(),
    api_exposed: integer({ mode: "boolean" }).notNull().default(false),
    created_at: integer().notNull(),
    created_by: text().references(() => users.id),
  },
  (table) => [index("lists_by_workspace").on(table.workspace_id)],
);
