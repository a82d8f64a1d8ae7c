/** The boundary, used as a shard uses it: everything comes from index.ts. */
import { expect, test } from "vitest";
import {
  Bitmap,
  buildColumn,
  type Cell,
  CHUNK_ROWS,
  ColumnStore,
  collectMatches,
  compile,
  decodeColumn,
  evaluateColumns,
  evaluateRow,
  type Field,
  foldText,
  operatorsFor,
  parseQuery,
  type RowSource,
  SegmentSet,
} from "./index.ts";

const MOMENT = { now: 0, timeZone: "UTC" };

const fields: Field[] = [
  { id: 0, name: "Contract", type: "text" },
  { id: 1, name: "MonthlyCharges", type: "number" },
];
const timeZone = "UTC";
const contracts = ["Month-to-month", "One year", "Two year"];
const cellsOf = (row: number): Cell[] => [contracts[row % 3] as string, String((row % 120) + 0.5)];

test("M1 a preview, a live change and a checkpoint end in the same membership", () => {
  const rows = new Map(Array.from({ length: CHUNK_ROWS + 100 }, (_, row) => [row, cellsOf(row)]));
  const source: RowSource = (chunk) => [...rows].filter(([row]) => Math.floor(row / CHUNK_ROWS) === chunk);
  const store = new ColumnStore(fields, Bitmap.of(rows.keys()));
  const flat = {
    conditions: [
      { field: "Contract", operator: "equals", value: "month-TO-month" },
      { field: "MonthlyCharges", operator: "greater_than", value: 80 },
    ],
    logic: "AND",
  };
  const query = parseQuery(flat, { fields });
  if (!query.ok) throw new Error(query.problem.detail);
  const plan = compile(query.value, { fields, timeZone });
  const count = () => collectMatches(evaluateColumns(plan, store, { moment: MOMENT, source }));

  const members = count();
  expect(members.size).toBe(
    [...rows.values()].filter(([contract, spend]) => contract === contracts[0] && Number(spend) > 80).length,
  );

  const segments = new SegmentSet({ fields, timeZone });
  segments.set("seg_1", query.value);
  for (const [row, patch] of [
    [0, 99],
    [CHUNK_ROWS + 5, 1],
    [3, "n/a"],
  ] as const) {
    const cells: Cell[] = [contracts[0] as string, patch];
    rows.set(row, cells);
    for (const [, member] of segments.evaluateRow(cells, [1], MOMENT)) members.put(row, member);
    store.put(row, cells, [0, 1]);
    expect(evaluateRow(plan, cells, MOMENT)).toBe(members.has(row));
  }
  expect(members.takeDirty()).toEqual([0]);
  expect(count().equals(members)).toBe(true);

  for (const { id } of fields) {
    const column = store.column(id, 0);
    if (column !== undefined) store.setColumn(id, 0, decodeColumn(column.encode()));
  }
  expect(count().equals(members)).toBe(true);
});

test("Q10 a menu of operators is made from the field's type", () => {
  expect(operatorsFor("boolean").map(({ name }) => name)).toEqual([
    "equals",
    "not_equals",
    "in",
    "not_in",
    "is_true",
    "is_false",
    "is_empty",
    "is_not_empty",
  ]);
  expect(operatorsFor("number").find(({ name }) => name === "between")?.takes).toBe("range");
});

test("M7 a column is made from cells as they are stored", () => {
  expect(buildColumn({ type: "number" }, ["1", "x", 300]).get(1)).toBeNull();
  expect(foldText("MONTH")).toBe("month");
});
