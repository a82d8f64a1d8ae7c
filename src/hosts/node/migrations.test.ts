import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { D1Service } from "./d1/service.ts";
import { applyMigrations } from "./migrations.ts";

let folder: string;
let database: D1Service;
const write = (name: string, sql: string) => writeFileSync(join(folder, "migrations", name), sql);
const names = () => database.query({ sql: "SELECT name FROM people ORDER BY name", params: [] }).rows.flat();
const apply = () => applyMigrations(database, join(folder, "migrations"));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cutty-migrations-"));
  mkdirSync(join(folder, "migrations"));
  database = new D1Service(join(folder, "control.sqlite"));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

test("H61 migrations are applied in order, each once", () => {
  write("0002_b.sql", "INSERT INTO people VALUES ('b');--> statement-breakpoint\nINSERT INTO people VALUES ('c');");
  write("0001_a.sql", "CREATE TABLE people (name TEXT UNIQUE); INSERT INTO people VALUES ('a');");
  apply();
  apply();
  expect(names()).toEqual(["a", "b", "c"]);
});

test("H61 a migration that fails leaves nothing and is named", () => {
  write("0001_a.sql", "CREATE TABLE people (name TEXT UNIQUE)");
  write("0002_b.sql", "INSERT INTO people VALUES ('b'); INSERT INTO nowhere VALUES (1)");
  expect(apply).toThrow(/0002_b.sql failed: no such table: nowhere/);
  expect(names()).toEqual([]);
  write("0002_b.sql", "INSERT INTO people VALUES ('mended')");
  apply();
  expect(names()).toEqual(["mended"]);
});
