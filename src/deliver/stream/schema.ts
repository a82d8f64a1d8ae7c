/** The live object's tables. What each is for: storage-schema.md. */
import { TIMERS_TABLE } from "../timers.ts";

export const MIGRATIONS: readonly string[] = [
  `${TIMERS_TABLE};
   CREATE TABLE news (
     topic TEXT PRIMARY KEY, event TEXT NOT NULL, data TEXT NOT NULL, number INTEGER, at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX news_by_number ON news(number);
   CREATE INDEX news_by_time ON news(at);
   CREATE TABLE stream (epoch TEXT NOT NULL, number INTEGER NOT NULL, pruned_through INTEGER NOT NULL);`,
  "ALTER TABLE stream ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0",
];
