/** Numbered migrations of an object's own tables. Run in the constructor, so that no message sees an older form. */
import type { SqlStorage } from "./types.ts";

export function migrate(sql: SqlStorage, steps: readonly string[]): void {
  sql.exec("CREATE TABLE IF NOT EXISTS _migrations (id INTEGER PRIMARY KEY)");
  const done = sql.exec<{ n: number }>("SELECT count(*) AS n FROM _migrations").one().n;
  steps.slice(done).forEach((step, index) => {
    sql.exec(step);
    sql.exec("INSERT INTO _migrations (id) VALUES (?)", done + index + 1);
  });
}
