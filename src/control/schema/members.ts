import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "./users.ts";
import { workspaces } from "./workspaces.ts";

export const ROLES = ["viewer", "analyst", "admin", "owner"] as const;

/** Who belongs to a workspace, and what they may do there. */
export const members = sqliteTable(
  "members",
  {
    workspace_id: text()
      .notNull()
      .references(() => workspaces.id),
    user_id: text()
      .notNull()
      .references(() => users.id),
    role: text({ enum: ROLES }).notNull(),
    created_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspace_id, table.user_id] }), index("members_by_user").on(table.user_id)],
);
