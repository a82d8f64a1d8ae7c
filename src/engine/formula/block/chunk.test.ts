/** Whole chunks, and the columns that formulas yield. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countWords, emptyWords, hasBit, setBit } from "../../bitmap/words.ts";
import { columnOfValues, decodeColumn } from "../../columns/build.ts";
import type { Column } from "../../columns/column.ts";
import { matcherFor, type Predicate } from "../../predicates/index.ts";
import { typedValue } from "../../values/typed-value.ts";
import type { Cell, Field, TypedValue } from "../../values/types.ts";
import { evaluateExpr, evaluateExprChunk, scanFormula } from "../index.ts";
import { accepted } from "../testing/evaluate.ts";
import { Formulas, written } from "../testing/formulas.ts";

const fields: readonly Field[] = [
  { id: 0, name: "state", type: "text" },
  { id: 1, name: "email", type: "text" },
  { id: 2, name: "orders", type: "number" },
  { id: 3, name: "spent", type: "number" },
  { id: 4, name: "active", type: "boolean" },
  { id: 5, name: "signup", type: "date" },
  { id: 6, name: "seen", type: "datetime" },
  { id: 7, name: "tags", type: "text_array" },
];
const ROWS = 65_536;
const moment = { now: Date.parse("2024-05-01T10:00:00Z"), timeZone: "America/New_York" };

function cellsOf(row: number): Cell[] {
  const mixed = Math.imul(row + 1, 0x9e3779b1);
  const noise = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 4;
  const day = new Date(Date.UTC(2020, 0, 1) + (noise % 1500) * 86_400_000);
  return [
    ["CA", "ny", "TX", null][noise % 4] ?? null,
    noise % 19 === 0 ? null : `User${row}@${["Gmail.com", "example.org", "web.de", "straße.de"][noise % 4]}`,
    noise % 7,
    noise % 11 === 0 ? null : (noise % 1_000_000) / 100,
    [true, false, null][noise % 3] ?? null,
    day.toISOString().slice(0, 10),
    new Date(day.getTime() + (noise % 86_400) * 1000).toISOString(),
    [["a"], ["A", "b"], null][noise % 3] ?? null,
  ];
}

const rows = Array.from({ length: ROWS }, (_, row) => fields.map((field) => typedValue(field, cellsOf(row)[field.id])));
const columns = fields.map((field) =>
  columnOfValues(
    field,
    rows.map((row) => row[field.id] as TypedValue),
  ),
);
const columnsOf = (field: number): Column => columns[field] as Column;
const rowView = (row: number) => ({ value: (field: number) => rows[row]?.[field] ?? null });

const some = (wanted: (row: number) => boolean) => {
  const mask = emptyWords();
  for (let row = 0; row < ROWS; row++) if (wanted(row)) setBit(mask, row);
  return mask;
};
const masks = {
  all: some(() => true),
  few: some((row) => row % 997 === 0),
  half: some((row) => row < ROWS / 2 && row % 3 > 0),
};

describe("whole chunks", () => {
  test("E2 random formulas over 65,536 rows, high-cardinality texts too, agree with the row evaluator", () => {
    expect(columns[1]?.encoding).toBe("packed");
    const formulas = new Formulas(fields);
    const anyCase = fc.tuple(formulas.any(3), fc.constantFrom(...Object.values(masks)), fc.nat(96));
    fc.assert(
      fc.property(anyCase, ([tree, mask, offset]) => {
        const source = written(tree, () => 1);
        const { expr, type } = accepted(source, { fields });
        const column = evaluateExprChunk(expr, columnsOf, mask, moment);
        const found = emptyWords();
        if (type === "boolean") scanFormula(expr, columnsOf, mask, found, moment);
        for (let row = offset; row < ROWS; row += 97) {
          const wanted = hasBit(mask, row);
          if (!wanted && hasBit(found, row)) throw new Error(`${source} finds row ${row}, which was not asked for`);
          if (!wanted) continue;
          const value = evaluateExpr(expr, rowView(row), moment);
          const answer = column.get(row);
          if (answer !== value) throw new Error(`${source} on row ${row}: ${answer}, not ${value}`);
          if (type === "boolean" && hasBit(found, row) !== (value === true))
            throw new Error(`${source} scans row ${row} wrongly`);
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    "orders > 3 and contains(email, '9@G')",
    "spent / orders > 100 or lower(state) == 'ca'",
    "not (active and year(seen) == 2021)",
  ])("E2 %s finds the rows that the row evaluator finds, and nothing beyond the mask", (source) => {
    const { expr } = accepted(source, { fields });
    for (const mask of Object.values(masks)) {
      const found = emptyWords().fill(0x5a5a5a5a);
      scanFormula(expr, columnsOf, mask, found, moment);
      let expected = 0;
      for (let row = 0; row < ROWS; row++) {
        if (hasBit(mask, row) && evaluateExpr(expr, rowView(row), moment) === true) {
          expected++;
          if (!hasBit(found, row)) throw new Error(`row ${row} is missing`);
        }
      }
      expect(countWords(found)).toBe(expected);
      expect(expected).toBeGreaterThan(0);
    }
  });
});

describe("computed columns", () => {
  const predicates: readonly (readonly [source: string, predicate: Predicate])[] = [
    ["spent / orders", { kind: "spans", spans: [100, 500] }],
    ["spent / orders", { kind: "spans", spans: [0, 10, 100, 500] }],
    ["date_like", { kind: "spans", spans: [18_500, 18_700] }],
    ["concat(state, orders)", { kind: "text", how: "equals", needles: ["ca1", "ny5"], fold: true }],
    ["domain(email)", { kind: "text", how: "ends_with", needles: ["de"], fold: false }],
    ["if(orders > 3, active)", { kind: "truth", wantTrue: true, wantFalse: false }],
    ["if(orders > 3, active)", { kind: "truth", wantTrue: false, wantFalse: true }],
    ["spent * 2", { kind: "present" }],
    ["domain(email)", { kind: "present" }],
    ["if(orders > 3, active)", { kind: "present" }],
  ];

  test.each(predicates)("E1 what %s yields can be scanned for %j, and kept", (source, predicate) => {
    const { expr } = accepted(source.replace("date_like", "max(signup, '2020-02-01')"), { fields });
    const matcher = matcherFor(predicate);
    for (const mask of Object.values(masks)) {
      const computed = evaluateExprChunk(expr, columnsOf, mask, moment);
      const values = Array.from({ length: ROWS }, (_, row) => (hasBit(mask, row) ? computed.get(row) : null));
      const plain = columnOfValues({ type: expr.type }, values);
      const [found, expected] = [emptyWords(), emptyWords()];
      matcher.scan(computed, mask, found);
      matcher.scan(plain, mask, expected);
      expect(countWords(expected)).toBeGreaterThan(0);
      expect(found).toEqual(expected);
    }
    const whole = evaluateExprChunk(expr, columnsOf, masks.all, moment);
    const kept = decodeColumn(whole.encode());
    const written = whole.set(0, null);
    for (let row = 1; row < ROWS; row += 501) {
      expect(kept.get(row)).toBe(whole.get(row));
      expect(written.get(row)).toBe(whole.get(row));
    }
    expect(written.get(0)).toBe(null);
    expect(whole.bytes).toBeGreaterThan(8_000);
  });

  test("E1 a formula over a computed column is one over its values", () => {
    const inner = evaluateExprChunk(accepted("spent / orders", { fields }).expr, columnsOf, masks.all, moment);
    const names = evaluateExprChunk(accepted("domain(email)", { fields }).expr, columnsOf, masks.all, moment);
    const over = accepted("orders + 1 > 50 and upper(state) != 'GMAIL.COM'", { fields }).expr;
    const both = accepted("spent / orders + 1 > 50 and upper(domain(email)) != 'GMAIL.COM'", { fields }).expr;
    const [found, expected] = [emptyWords(), emptyWords()];
    scanFormula(over, (id) => (id === 2 ? inner : names), masks.half, found, moment);
    scanFormula(both, columnsOf, masks.half, expected, moment);
    expect(found).toEqual(expected);
    expect(countWords(found)).toBeGreaterThan(1000);
  });
});
