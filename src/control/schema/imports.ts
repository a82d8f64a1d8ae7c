import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { ImportMode, ImportState } from "../../ingest/interface.ts";
import { datasets } from "./datasets.ts";
import { users } from "./users.ts";
import { workspaces } from "./workspaces.ts";

/** One import. Live progress is the importer object's; `final_state` is its copy once it has ended. */
export const imports = sqliteTable(
  "imports",
  {
    id: text().primaryKey(),
    workspace_id: text()
      .notNull()
      .references(() => workspaces.id),
    dataset_id: text()
      .notNull()
      .references(() => datasets.id, { onDelete: "cascade" }),
    file_name: text().notNull(),
    bytes: integer().notNull(),
    file_key: text().notNull(),
    mode: text().$type<ImportMode>().notNull(),
    confirm_removal: integer({ mode: "boolean" }).notNull(),
    final_state: text({ mode: "json" }).$type<ImportState>(),
    created_at: integer().notNull(),
    created_by: text().references(() => users.id),
  },
  (table) => [index("imports_by_dataset").on(table.dataset_id, table.created_at, table.id)],
);
