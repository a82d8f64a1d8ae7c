import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { ROLES } from "./members.ts";
import { users } from "./users.ts";
import { workspaces } from "./workspaces.ts";

export const LINK_KINDS = ["set_up", "sign_in", "invite"] as const;

/**
 * One-time links: first set-up, signing in without a password, invitations. `uses` may go from 0 to 1 and
 * no further: claiming a used link makes it null, which the table refuses, and the whole batch with it.
 */
export const links = sqliteTable(
  "links",
  {
    id: text().primaryKey(),
    kind: text({ enum: LINK_KINDS }).notNull(),
    token_hash: text().notNull().unique(),
    workspace_id: text().references(() => workspaces.id),
    user_id: text().references(() => users.id),
    email: text(),
    role: text({ enum: ROLES }),
    created_by: text().references(() => users.id),
    created_at: integer().notNull(),
    expires_at: integer().notNull(),
    uses: integer().notNull().default(0),
  },
  (table) => [index("links_by_workspace").on(table.workspace_id, table.kind)],
);
