import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** A person who may sign in. The e-mail address is kept in lower case: one account for each address. */
export const users = sqliteTable("users", {
  id: text().primaryKey(),
  email: text().notNull().unique(),
  name: text().notNull(),
  password_hash: text().notNull(),
  /** Of the hashes of this person's keys; made with the first. */
  key_salt: text(),
  created_at: integer().notNull(),
});
