import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { datasets } from "./datasets.ts";
import { workspaces } from "./workspaces.ts";

/**
 * A field of one dataset (the child, whose records point) whose values are keys of another (the parent). Queries call
 * it `name` on the child's side (`via`) and `reverse_name` on the parent's (`related`). Whether its copies are
 * complete is known to the shards, not here.
 */
export const relations = sqliteTable(
  "relations",
  {
    id: text().primaryKey(),
    workspace_id: text()
      .notNull()
      .references(() => workspaces.id),
    from_dataset_id: text()
      .notNull()
      .references(() => datasets.id),
    field_id: integer().notNull(),
    to_dataset_id: text()
      .notNull()
      .references(() => datasets.id),
    name: text().notNull(),
    reverse_name: text().notNull(),
    /** Given from each dataset's `next_relation`, never again: rows and fields in shards are named by them. */
    number_in_child: integer().notNull(),
    number_in_parent: integer().notNull(),
    /** A query looks fields up through it: the child's shards keep copies of the parents. */
    lookup_wanted: integer({ mode: "boolean" }).notNull().default(false),
    /** Segments of the child that queries of the parent name inside `where`: copies say who is in them. */
    shared_segments: text({ mode: "json" }).$type<readonly string[]>().notNull().default([]),
    created_at: integer().notNull(),
  },
  (table) => [
    uniqueIndex("relations_by_name").on(table.from_dataset_id, table.name),
    uniqueIndex("relations_by_reverse_name").on(table.to_dataset_id, table.reverse_name),
    index("relations_by_workspace").on(table.workspace_id),
  ],
);
