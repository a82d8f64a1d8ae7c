import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "./users.ts";
import { workspaces } from "./workspaces.ts";

/** A file that comes in parts. `file_key` is set when the parts were joined. */
export const uploads = sqliteTable("uploads", {
  id: text().primaryKey(),
  workspace_id: text()
    .notNull()
    .references(() => workspaces.id),
  file_name: text().notNull(),
  bytes: integer(),
  status: text({ enum: ["open", "complete"] }).notNull(),
  file_key: text(),
  created_at: integer().notNull(),
  created_by: text().references(() => users.id),
});

export const uploadParts = sqliteTable(
  "upload_parts",
  {
    upload_id: text()
      .notNull()
      .references(() => uploads.id, { onDelete: "cascade" }),
    part: integer().notNull(),
    bytes: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.upload_id, table.part] })],
);
