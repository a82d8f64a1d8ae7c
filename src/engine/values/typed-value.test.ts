import { describe, expect, test } from "vitest";
import { jsonValue } from "./json-value.ts";
import { keyText } from "./key.ts";
import { sameValue } from "./same-value.ts";
import { storedCell } from "./stored-cell.ts";
import { typedValue } from "./typed-value.ts";
import type { Cell, FieldType } from "./types.ts";

const typed = (type: FieldType, cell: Cell | undefined) => typedValue({ type }, cell);
const json = (type: FieldType, cell: Cell | undefined) => jsonValue({ type }, cell);
const types: FieldType[] = ["text", "number", "boolean", "date", "datetime", "text_array"];

describe("typed values", () => {
  test.each(types)("V1 missing, null and blank are empty in a %s field", (type) => {
    for (const cell of [undefined, null, "", " ", "\t\r\n", "\u00a0", "\u2003", "\ufeff"]) {
      expect(typed(type, cell)).toBeNull();
      expect(json(type, cell)).toBeNull();
    }
  });

  test("V2 what does not fit is empty, and answered as it came", () => {
    const unfit: [FieldType, Cell][] = [
      ["number", "1,200"],
      ["boolean", "yes"],
      ["boolean", 1],
      ["date", "2023-02-29"],
      ["datetime", "2024-05-01"],
      ["datetime", 1714521600000],
      ["text_array", "a, b"],
      ["text", ["a"]],
    ];
    for (const [type, cell] of unfit) expect([typed(type, cell), json(type, cell)]).toEqual([null, cell]);
  });

  test("V7 a JSON number and its text are one value", () => {
    expect([typed("number", "1.50"), typed("number", 1.5), json("number", "1.50")]).toEqual([1.5, 1.5, 1.5]);
    expect(typed("number", -0)).toBe(0);
    expect(typed("number", Number.NaN)).toBeNull();
  });

  test("V8 booleans in any case, and nothing else", () => {
    expect([true, "TRUE", "False", "true "].map((cell) => typed("boolean", cell))).toEqual([true, true, false, null]);
    expect(["0", "1", "no", "t", 0].map((cell) => typed("boolean", cell))).toEqual([null, null, null, null, null]);
  });

  test("V9 a date is days since 1970, V10 a datetime is milliseconds", () => {
    expect(typed("date", "1970-01-02")).toBe(1);
    expect(typed("datetime", "1970-01-01T01:00:00+01:00")).toBe(0);
  });

  test("V11 text arrays hold strings and nothing else", () => {
    expect(typed("text_array", '["a","b"]')).toEqual(["a", "b"]);
    expect(typed("text_array", ["a"])).toEqual(["a"]);
    expect(["[1]", '["a",null]', '{"a":"b"}', '["a"', "[", '"a"'].map((cell) => typed("text_array", cell))).toEqual(
      Array(6).fill(null),
    );
  });

  test("V11 an array without elements is empty, and answered as an array", () => {
    expect([typed("text_array", "[]"), typed("text_array", [])]).toEqual([null, null]);
    expect([json("text_array", "[]"), json("text_array", [])]).toEqual([[], []]);
  });

  test("V12 numbers and booleans in a text field are text", () => {
    expect([typed("text", 94107), typed("text", 1.5), typed("text", true)]).toEqual(["94107", "1.5", "true"]);
  });

  test("V13 half a surrogate pair counts as the replacement character", () => {
    expect(typed("text", "a\ud83d")).toBe("a\ufffd");
    expect(typed("text_array", ["\ude00"])).toEqual(["\ufffd"]);
    expect(typed("text", "😀")).toBe("😀");
  });

  test("V14 JSON answers carry typed values", () => {
    expect(json("boolean", "TRUE")).toBe(true);
    expect(json("date", "2024-05-01")).toBe("2024-05-01");
    expect(json("datetime", "2024-05-01T02:00:00+02:00")).toBe("2024-05-01T00:00:00Z");
    expect(json("datetime", "2024-05-01T00:00:00.5Z")).toBe("2024-05-01T00:00:00.500Z");
    expect(json("text_array", '["a"]')).toEqual(["a"]);
    expect(json("text", " kept as it is ")).toBe(" kept as it is ");
  });

  test("V15 the same typed value changes nothing", () => {
    const same = (type: FieldType, a: Cell | undefined, b: Cell | undefined) => sameValue({ type }, a, b);
    expect(same("number", "1.50", 1.5)).toBe(true);
    expect(same("datetime", "2024-05-01T00:00:00Z", "2024-05-01T02:00:00+02:00")).toBe(true);
    expect(same("text_array", '["a"]', ["a"])).toBe(true);
    expect(same("text_array", ["a", "b"], ["b", "a"])).toBe(false);
    expect(same("text", "A", "a")).toBe(false);
    expect(same("text", null, "  ")).toBe(true);
    expect(same("text", undefined, null)).toBe(true);
    expect(same("number", "n/a", "n/a")).toBe(true);
    expect(same("number", "n/a", "N/A")).toBe(false);
    expect(same("number", "n/a", null)).toBe(false);
    expect(same("number", "n/a", 0)).toBe(false);
    expect(same("text_array", [], null)).toBe(true);
  });

  test("V16 keys are trimmed exact text", () => {
    expect(["007", " A b ", 7, 1.5, -0, true].map(keyText)).toEqual(["007", "A b", "7", "1.5", "0", "true"]);
    expect([null, undefined, "", " \t", Number.NaN, {}, ["a"]].map(keyText)).toEqual(Array(7).fill(null));
  });

  test("V21 datetimes get the workspace's offset when they are stored", () => {
    const stored = (cell: Cell, type: FieldType = "datetime") => storedCell({ type }, cell, "America/New_York");
    expect(stored("2024-05-01T08:00:00")).toBe("2024-05-01T12:00:00Z");
    expect(stored("2024-05-01")).toBe("2024-05-01T04:00:00Z");
    expect(stored("2024-05-01T08:00:00Z")).toBe("2024-05-01T08:00:00Z");
    expect(stored("soon")).toBe("soon");
    expect(stored("2024-05-01T08:00:00", "text")).toBe("2024-05-01T08:00:00");
    expect(stored("  ", "text")).toBeNull();
  });
});
