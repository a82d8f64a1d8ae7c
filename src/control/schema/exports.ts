import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { workspaces } from "./workspaces.ts";

/** Exports that were asked for; how each stands is known by its object. */
export const exports = sqliteTable(
  "exports",
  {
    id: text().primaryKey(),
    workspace_id: text()
      .notNull()
      .references(() => workspaces.id),
    /** Not a reference: the segment may go before the export does. */
    segment_id: text().notNull(),
    /** The key that asked. */
    key_id: text().notNull(),
    format: text().notNull(),
    fields: text({ mode: "json" }).$type<readonly string[]>().notNull(),
    created_at: integer().notNull(),
    expires_at: integer().notNull(),
  },
  (table) => [index("exports_by_workspace").on(table.workspace_id, table.created_at)],
);
