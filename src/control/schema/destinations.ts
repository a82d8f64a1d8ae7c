import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "./users.ts";
import { workspaces } from "./workspaces.ts";

/** A connected ad account. */
export const destinations = sqliteTable(
  "destinations",
  {
    id: text().primaryKey(),
    workspace_id: text()
      .notNull()
      .references(() => workspaces.id),
    type: text().notNull(),
    name: text().notNull(),
    status: text().notNull().default("connected"),
    created_at: integer().notNull(),
    created_by: text().references(() => users.id),
  },
  (table) => [index("destinations_by_workspace").on(table.workspace_id)],
);
