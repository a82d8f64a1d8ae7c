import { expect, test } from "vitest";
import type { StoredField } from "../../control/schema/datasets.ts";
import { cellOf, recordData } from "./cells.ts";
import { guessType } from "./field-guess.ts";
import { newFields, rowWrite, shapeRows } from "./rows.ts";

const fields: StoredField[] = [
  { id: 0, name: "id", type: "text", format: null },
  { id: 2, name: "n", type: "number", format: null },
  { id: 3, name: "t", type: "text", format: null },
  { id: 4, name: "gone", type: "text", format: null, retired: true },
];

test("P20 rows without a key are told apart from those with one, by index", () => {
  const { shaped, rejected } = shapeRows([{ id: "a" }, {}, { id: null }, { id: "  " }, { id: 7 }, { id: [] }], "id");
  expect(shaped.map(({ index, key }) => [index, key])).toEqual([
    [0, "a"],
    [4, "7"],
  ]);
  expect(rejected.map(({ index, code }) => [index, code])).toEqual([1, 2, 3, 5].map((index) => [index, "missing_key"]));
  expect(rejected[0]?.reason).toContain("id is missing");
  expect(rejected[1]?.reason).toContain("id is blank");
});

test("P21 rows that are no objects, or hold what no cell can, are rejected with the field's name", () => {
  const rows = [
    "row",
    null,
    [1],
    { id: "a", o: {} },
    { id: "a", l: [1] },
    { id: "a", l: [["x"]] },
    { id: "a", n: Number.POSITIVE_INFINITY },
  ];
  const { shaped, rejected } = shapeRows(rows, "id");
  expect(shaped).toEqual([]);
  expect(rejected.map(({ code }) => code)).toEqual(rows.map(() => "wrong_shape"));
  expect(rejected[3]?.reason).toContain("The value of o is an object");
});

test("P21 a row that would not fit into one stored value is rejected", () => {
  const { rejected } = shapeRows([{ id: "a", t: "x".repeat(1_000_001) }], "id");
  expect(rejected).toMatchObject([{ code: "row_too_large" }]);
});

test("P23 names and keys are trimmed, other values are not; blank and endless names are rejected", () => {
  const { shaped, rejected } = shapeRows(
    [
      { " id ": " a ", " t": " x " },
      { id: "b", " ": 1 },
      { id: "c", [`${"x".repeat(201)}`]: 1 },
    ],
    "id",
  );
  expect(shaped[0]?.key).toBe("a");
  expect(rowWrite(fields, shaped[0] ?? expect.fail(), "UTC").cells).toEqual([
    [0, " a "],
    [3, " x "],
  ]);
  expect(rejected.map(({ code }) => code)).toEqual(["wrong_field_name", "wrong_field_name"]);
});

test.each([
  ["number", [1, 2.5, null]],
  ["boolean", [true, false]],
  ["text_array", [["a"], []]],
  ["date", ["2024-02-29", " "]],
  ["datetime", ["2024-02-29T10:00:00Z", "2024-02-29T10:00:00+01:00"]],
  ["text", ["2024-02-30"]],
  ["text", ["1"]],
  ["text", [1, "1"]],
  ["text", ["2024-01-01", "2024-01-01T00:00:00Z"]],
  [null, [null, " ", undefined]],
])("P22 a new field is %s for %j", (type, values) => {
  expect(guessType(values)).toBe(type);
});

test("P22 just the fields that have a value somewhere and are not there yet are new", () => {
  const { shaped } = shapeRows(
    [
      { id: "a", n: 1, x: null, y: " ", gone: "back" },
      { id: "b", x: 5 },
    ],
    "id",
  );
  expect(newFields(fields, shaped)).toEqual([
    { name: "x", type: "number", format: null },
    { name: "gone", type: "text", format: null },
  ]);
});

test.each([
  ["text", 1e21, "1e+21"],
  ["text", 0.1, "0.1"],
  ["text", true, "true"],
  ["text", ["a"], '["a"]'],
  ["number", 5, 5],
  ["number", "5", "5"],
  ["number", "five", "five"],
  ["boolean", false, false],
  ["boolean", 1, "1"],
  ["date", 5, "5"],
  ["text_array", ["a", "b"], ["a", "b"]],
  ["text", null, null],
  ["text", "  ", null],
] as const)("P24 in a %s field %j is kept as %j", (type, value, cell) => {
  expect(cellOf({ type }, value, "UTC")).toEqual(cell);
});

test("P24 a datetime without an offset is read in the workspace's zone", () => {
  expect(cellOf({ type: "datetime" }, "2024-07-01T10:00:00", "Europe/Berlin")).toBe("2024-07-01T08:00:00Z");
});

test("P24 what does not fit is answered as the string that came; typed values as they are; missing cells as null", () => {
  const record = { key: "a", cells: ["a", null, "five"], created_at: 0, updated_at: 0 };
  expect(recordData(fields.slice(0, 3), record)).toEqual({ id: "a", n: "five", t: null });
});

test("P24 a field may have any name", () => {
  const odd = [{ id: 0, name: "__proto__", type: "text" }] as const;
  const data = recordData(odd, { key: "a", cells: ["x"], created_at: 0, updated_at: 0 });
  expect(JSON.stringify(data)).toBe('{"__proto__":"x"}');
});
