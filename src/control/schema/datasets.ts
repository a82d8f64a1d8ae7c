import { integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Field } from "../../engine/index.ts";
import { users } from "./users.ts";
import { workspaces } from "./workspaces.ts";

/** A field as it is stored: its id is its position in every row tuple, so an id is never reused. */
export interface StoredField extends Field {
  /** How dates are written, for example `d/m/y`; null for ISO and for other types. */
  readonly format: string | null;
  /** Nobody has said the type yet: the first rows decide it. */
  readonly provisional?: true;
  /** Names that it had, oldest first, each until it got the next. */
  readonly former?: readonly { readonly name: string; readonly until: number }[];
  /** No longer shown; its id stays taken. */
  readonly retired?: true;
}

/** `catalogue_version` rises with every change of fields, segments or time zone; see catalogue.ts. */
export const datasets = sqliteTable(
  "datasets",
  {
    id: text().primaryKey(),
    workspace_id: text()
      .notNull()
      .references(() => workspaces.id),
    name: text().notNull(),
    key_kind: text({ enum: ["field", "row_hash"] }).notNull(),
    key_field: text(),
    fields: text({ mode: "json" }).$type<readonly StoredField[]>().notNull(),
    /** 0 until the first rows come; then for ever. */
    shard_count: integer().notNull().default(0),
    catalogue_version: integer().notNull().default(1),
    /** The version that the dataset's feed is known to have taken over; the minute job looks for those behind. */
    refreshed_version: integer().notNull().default(0),
    /** The number that the next relation gets in this dataset. */
    next_relation: integer().notNull().default(0),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    created_by: text().references(() => users.id),
  },
  (table) => [uniqueIndex("datasets_by_name").on(table.workspace_id, table.name)],
);
