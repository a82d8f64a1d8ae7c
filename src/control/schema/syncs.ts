import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { destinations } from "./destinations.ts";
import { segments } from "./segments.ts";
import { users } from "./users.ts";
import { workspaces } from "./workspaces.ts";

/** One segment kept in step with one audience. Its cursor, runs and state are the sync object's. */
export const syncs = sqliteTable(
  "syncs",
  {
    id: text().primaryKey(),
    workspace_id: text()
      .notNull()
      .references(() => workspaces.id),
    segment_id: text()
      .notNull()
      .references(() => segments.id),
    destination_id: text()
      .notNull()
      .references(() => destinations.id),
    /** What the platform asks for, by field name of the dataset: `{email: "E-mail"}`. */
    mapping: text({ mode: "json" }).$type<Readonly<Record<string, string>>>().notNull(),
    /** Copied from the sync object after each run, so that lists need not ask it. */
    last_synced_at: integer(),
    created_at: integer().notNull(),
    created_by: text().references(() => users.id),
  },
  (table) => [
    uniqueIndex("syncs_by_pair").on(table.segment_id, table.destination_id),
    index("syncs_by_workspace").on(table.workspace_id),
    index("syncs_by_destination").on(table.destination_id),
  ],
);
