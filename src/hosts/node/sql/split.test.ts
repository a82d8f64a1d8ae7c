import { describe, expect, test } from "vitest";
import { countParameters, splitStatements } from "./split.ts";

describe("splitting SQL", () => {
  test("H15 statements end at top-level semicolons", () => {
    expect(splitStatements("SELECT 1; SELECT 2;\n")).toEqual(["SELECT 1", "SELECT 2"]);
    expect(splitStatements("SELECT 1")).toEqual(["SELECT 1"]);
    expect(splitStatements(" ; -- nothing\n ; /* at; all */")).toEqual([]);
  });

  test("H15 semicolons in text, names and comments do not count", () => {
    for (const sql of [
      "SELECT ';' || 'it''s;'",
      'SELECT ";" FROM "a;""b"',
      "SELECT 1 -- one; two",
      "SELECT [a;b], `c;d`",
      "SELECT /* ; */ 1",
    ]) {
      expect(splitStatements(sql)).toEqual([sql]);
    }
  });

  test("H15 a trigger's body belongs to it", () => {
    const trigger = `CREATE TRIGGER t AFTER INSERT ON a BEGIN
      UPDATE a SET x = CASE x WHEN 1 THEN 2 ELSE 3 END; DELETE FROM b; END`;
    expect(splitStatements(`${trigger}; SELECT 1`)).toEqual([trigger, "SELECT 1"]);
  });

  test("H14 bound values are counted as SQLite does", () => {
    expect(countParameters("SELECT ?, '?', \"?\" -- ?\n, ?")).toBe(2);
    expect(countParameters("SELECT ?2, ?1, ?2")).toBe(2);
    expect(countParameters("SELECT 1")).toBe(0);
  });
});
