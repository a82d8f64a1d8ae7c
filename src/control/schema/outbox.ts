import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export type LifecycleEvent = "segment.created" | "segment.updated" | "segment.deleted";

/** Lifecycle events, written in the batch of the change they tell of; the feed takes them from here. */
export const outbox = sqliteTable(
  "outbox",
  {
    id: text().primaryKey(),
    workspace_id: text().notNull(),
    dataset_id: text().notNull(),
    type: text().$type<LifecycleEvent>().notNull(),
    data: text({ mode: "json" }).$type<Readonly<Record<string, unknown>>>().notNull(),
    at: integer().notNull(),
  },
  (table) => [index("outbox_by_dataset").on(table.dataset_id, table.at)],
);
