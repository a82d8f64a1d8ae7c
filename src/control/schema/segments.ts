import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { datasets } from "./datasets.ts";
import { users } from "./users.ts";
import { workspaces } from "./workspaces.ts";

/** A query as people wrote it: a group with field names. The engine turns names into ids when it is read. */
export interface StoredQuery {
  readonly combinator: "and" | "or";
  readonly not?: true;
  readonly rules: readonly unknown[];
}

/** `version` rises with every edit of the query, and only then. */
export const segments = sqliteTable(
  "segments",
  {
    id: text().primaryKey(),
    workspace_id: text()
      .notNull()
      .references(() => workspaces.id),
    dataset_id: text()
      .notNull()
      .references(() => datasets.id),
    name: text().notNull(),
    description: text().notNull().default(""),
    tags: text({ mode: "json" }).$type<readonly string[]>().notNull(),
    owner_id: text().references(() => users.id),
    query: text({ mode: "json" }).$type<StoredQuery>().notNull(),
    version: integer().notNull().default(1),
    api_exposed: integer({ mode: "boolean" }).notNull().default(false),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    created_by: text().references(() => users.id),
  },
  (table) => [
    uniqueIndex("segments_by_name").on(table.dataset_id, table.name),
    index("segments_by_workspace").on(table.workspace_id),
  ],
);

/** Every query a segment has had. */
export const segmentVersions = sqliteTable(
  "segment_versions",
  {
    segment_id: text()
      .notNull()
      .references(() => segments.id, { onDelete: "cascade" }),
    number: integer().notNull(),
    query: text({ mode: "json" }).$type<StoredQuery>().notNull(),
    author_id: text().references(() => users.id),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.segment_id, table.number] })],
);
