import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Calls that were sent with an `Idempotency-Key`, and what they were answered; kept for a day. */
export const repeatableCalls = sqliteTable(
  "repeatable_calls",
  {
    /** The API key that called. */
    key_id: text().notNull(),
    idempotency_key: text().notNull(),
    /** SHA-256 of method, address and body. */
    request_hash: text().notNull(),
    /** Null while the call is under way. */
    status: integer(),
    headers: text({ mode: "json" }).$type<readonly (readonly [string, string])[]>(),
    body: text(),
    begun_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.key_id, table.idempotency_key] })],
);
