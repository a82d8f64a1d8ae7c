import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Scope } from "../auth/scopes.ts";
import { users } from "./users.ts";
import { workspaces } from "./workspaces.ts";

/** Requests of each kind an hour, and open sockets at a time, where they are not the standard. */
export interface KeyLimits {
  readonly standard?: number | undefined;
  readonly members?: number | undefined;
  readonly activations?: number | undefined;
  readonly sockets?: number | undefined;
}

/** Keys of programs. Of a secret only a hash is kept, salted for each user. */
export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text().primaryKey(),
    workspace_id: text()
      .notNull()
      .references(() => workspaces.id),
    user_id: text()
      .notNull()
      .references(() => users.id),
    name: text().notNull(),
    secret_hash: text().notNull(),
    /** The secret before the last roll, good until then. */
    former_hash: text(),
    former_until: integer(),
    scopes: text({ mode: "json" }).$type<readonly Scope[]>().notNull(),
    /** Null: every segment that the API shows. */
    segment_ids: text({ mode: "json" }).$type<readonly string[]>(),
    rate_limits: text({ mode: "json" }).$type<KeyLimits>().notNull(),
    created_at: integer().notNull(),
    expires_at: integer(),
    revoked_at: integer(),
  },
  (table) => [index("api_keys_by_user").on(table.user_id), index("api_keys_by_workspace").on(table.workspace_id)],
);
