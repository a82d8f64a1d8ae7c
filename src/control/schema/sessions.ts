import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "./users.ts";
import { workspaces } from "./workspaces.ts";

/** Signed-in browsers. Only the hash of the cookie's token is kept: a stolen database signs nobody in. */
export const sessions = sqliteTable(
  "sessions",
  {
    token_hash: text().primaryKey(),
    user_id: text()
      .notNull()
      .references(() => users.id),
    workspace_id: text()
      .notNull()
      .references(() => workspaces.id),
    created_at: integer().notNull(),
    expires_at: integer().notNull(),
  },
  (table) => [index("sessions_by_user").on(table.user_id), index("sessions_by_expiry").on(table.expires_at)],
);
