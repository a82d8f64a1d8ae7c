import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import * as schema from "./index.ts";

let control: TestDatabase;
beforeAll(() => {
  control = testDatabase();
});
afterAll(() => control.close());

const tables = Object.values(schema).flatMap((value) => (is(value, SQLiteTable) ? [getTableConfig(value)] : []));

test("the migrations make just the tables that the schema describes", async () => {
  const named =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'";
  const { results } = await control.d1.prepare(named).all<{ name: string }>();
  expect(results.map(({ name }) => name).sort()).toEqual(tables.map(({ name }) => name).sort());
});

test.each(tables.map((table) => [table.name, table] as const))(
  "the migrations give %s the columns and indexes of the schema",
  async (name, table) => {
    const { results: columns } = await control.d1
      .prepare('SELECT name, type, "notnull" AS needed FROM pragma_table_info(?) ORDER BY name')
      .bind(name)
      .all();
    const described = table.columns.map((column) => ({
      ...{ name: column.name, type: column.getSQLType().toUpperCase(), needed: Number(column.notNull) },
    }));
    const actual = columns.map((column) => ({ ...column, type: String(column.type).toUpperCase() }));
    expect(actual).toEqual(described.sort((a, b) => (a.name < b.name ? -1 : 1)));
    const { results: indexes } = await control.d1
      .prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND name NOT LIKE 'sqlite%'")
      .bind(name)
      .all<{ name: string }>();
    for (const index of table.indexes) expect(indexes.map((made) => made.name)).toContain(index.config.name);
  },
);
