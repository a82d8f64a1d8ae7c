/** The proof: the row evaluator, the chunk evaluator and a naive reading of the specification give one answer. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyWords, hasBit, setBit, type Words } from "../bitmap/words.ts";
import { columnOfValues } from "../columns/build.ts";
import type { Column } from "../columns/column.ts";
import { PackedChunk } from "../columns/packed.ts";
import { anyCell, zones } from "../testing/arbitraries.ts";
import { oracleValue } from "../testing/oracle.ts";
import { formatDate } from "../values/calendar.ts";
import { typedValue } from "../values/typed-value.ts";
import type { Cell, Field, TypedValue } from "../values/types.ts";
import type { CompiledFormula } from "./expr.ts";
import { evaluateExpr, evaluateExprChunk, parseFormula, scanFormula } from "./index.ts";
import { Formulas, type Tree, written } from "./testing/formulas.ts";
import { type OracleMoment, oracleValueOf } from "./testing/oracle.ts";

const fields: readonly Field[] = [
  { id: 0, name: "state", type: "text" },
  { id: 1, name: "e-mail", type: "text" },
  { id: 2, name: "orders", type: "number" },
  { id: 3, name: "Lifetime `value`", type: "number" },
  { id: 4, name: "price", type: "number" },
  { id: 5, name: "active", type: "boolean" },
  { id: 6, name: "and", type: "boolean" },
  { id: 7, name: "signup", type: "date" },
  { id: 8, name: "2nd date", type: "date" },
  { id: 9, name: "seen", type: "datetime" },
  { id: 10, name: "a.b", type: "datetime" },
  { id: 11, name: "tags", type: "text_array" },
];
const formulas = new Formulas(fields);

const addresses = [
  "a@B.com",
  "Ann <ann@x.org>",
  "https://u:p@Shop.Example.com:8443/a?b@c",
  "www.ß.de/x",
  "@",
  "a@b@c.d",
  "x..y",
  "3.14",
  "mailto:q@K.com",
  "//cdn.x/y",
];
const money = fc.integer({ min: -500_000, max: 500_000 }).map((cents) => cents / 100);
const special: Readonly<Record<number, fc.Arbitrary<Cell>>> = {
  1: fc.constantFrom<Cell>(...addresses),
  2: fc.integer({ min: -3, max: 60 }),
  3: money,
  4: fc.oneof(
    money,
    fc.integer({ min: -9, max: 9 }).map((n) => n / 1e6),
    fc.constantFrom(1.005, 2.675, 0.1, 1e15, 123456789.123456),
  ),
};

/** Tidy data has only what its fields are meant for, so that blocks of numbers have decimals that are known. */
function anyTuple(tidy: boolean): fc.Arbitrary<Cell[]> {
  const anyFieldCell = (field: Field): fc.Arbitrary<Cell> => {
    const own = special[field.id];
    if (own === undefined) return anyCell(field);
    const other = tidy ? fc.constant(null) : anyCell(field);
    return fc.oneof({ weight: 4, arbitrary: own }, { weight: 1, arbitrary: other });
  };
  return fc.tuple(...fields.map(anyFieldCell));
}

/** Where two blocks meet, so that both hold more rows than are looked at one by one. */
const FIRST = 2048 - 50;
const ROWS = 100;

interface Case {
  readonly tree: Tree;
  readonly source: string;
  readonly rows: readonly Cell[][];
  readonly moment: OracleMoment;
  readonly packed: boolean;
  readonly wanted: (row: number) => boolean;
}

const anyCaseOf = (trees: fc.Arbitrary<Tree>): fc.Arbitrary<Case> =>
  fc
    .record({
      tree: trees,
      styles: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
      rows: fc.boolean().chain((tidy) => fc.array(anyTuple(tidy), { minLength: 8, maxLength: 20 })),
      now: fc.constantFrom(...["2024-03-10T05:00:00Z", "2018-11-04T02:30:00Z", "2011-12-30T12:00:00Z"].map(Date.parse)),
      timeZone: fc.constantFrom(...zones),
      packed: fc.boolean(),
      sparse: fc.boolean(),
    })
    .map(({ tree, styles, rows, now, timeZone, packed, sparse }) => {
      let next = 0;
      const source = written(tree, () => styles[next++ % styles.length] as number);
      const wanted = (row: number) => (sparse ? row % 9 === 0 : row % 9 !== 0);
      return { tree, source, rows, moment: { now, timeZone }, packed, wanted };
    });

/** Some rows are written one by one after the column was built. */
function columnOf(field: Field, rows: readonly Cell[][], packed: boolean): Column {
  const values: TypedValue[] = Array.from({ length: FIRST }, () => null);
  for (const [i, cells] of rows.entries()) values.push(i % 10 === 0 ? null : typedValue(field, cells[field.id]));
  let column = packed && field.type === "text" ? PackedChunk.build(values) : columnOfValues(field, values);
  for (let i = 0; i < rows.length; i += 10) column = column.set(FIRST + i, typedValue(field, rows[i]?.[field.id]));
  return column;
}

/** The oracle's value in the engine's form. */
function engineForm(type: string, value: TypedValue): TypedValue {
  return type === "date" && typeof value === "number" ? formatDate(value) : value;
}

function parsed(source: string): CompiledFormula {
  const outcome = parseFormula(source, { fields });
  if (!outcome.ok) throw new Error(`${source}: ${outcome.problem.detail}`);
  return outcome.value;
}

function disagreement(
  { tree, source, rows: few, moment, packed, wanted }: Case,
  seen: (value: TypedValue) => void,
): string | null {
  const { expr, type } = parsed(source);
  const rows = Array.from({ length: ROWS }, (_, i) => few[(i * 7) % few.length] as Cell[]);
  const columns = fields.map((field) => columnOf(field, rows, packed));
  const mask = emptyWords();
  for (let i = 0; i < ROWS; i++) if (wanted(i)) setBit(mask, FIRST + i);
  const computed = evaluateExprChunk(expr, (field) => columns[field] as Column, mask, moment);
  const [found, present]: Words[] = [emptyWords(), emptyWords()];
  if (type === "boolean") scanFormula(expr, (field) => columns[field] as Column, mask, found as Words, moment);
  computed.scanPresent(mask, present as Words);
  for (const [i, cells] of rows.entries()) {
    const named = new Map(fields.map((field) => [field.name, oracleValue(field, cells[field.id] ?? null)]));
    const expected = oracleValueOf(tree, (name) => named.get(name) ?? null, moment);
    seen(expected);
    const row = { value: (id: number) => typedValue(fields[id] as Field, cells[id]) };
    const index = FIRST + i;
    const answers: Record<string, TypedValue> = { row: engineForm(type, evaluateExpr(expr, row, moment)) };
    if (wanted(i)) {
      answers.chunk = engineForm(type, computed.get(index));
      if (hasBit(present as Words, index) !== (expected !== null))
        return `present: ${source} on ${JSON.stringify(cells)}`;
    }
    const truth = expected === true && wanted(i);
    if (type === "boolean" && hasBit(found as Words, index) !== truth)
      return `scan: ${source} on ${JSON.stringify(cells)}`;
    for (const [name, answer] of Object.entries(answers)) {
      const equal = answer === expected || (typeof expected === "number" && answer === expected + 0);
      if (!equal) return `${name} says ${answer}, not ${expected}: ${source} on ${JSON.stringify({ cells, moment })}`;
    }
  }
  return null;
}

function seenIn(trees: fc.Arbitrary<Tree>, numRuns: number): Map<string, number> {
  const seen = new Map<string, number>();
  const count = (value: TypedValue) => {
    const kind = value === null || typeof value === "boolean" ? String(value) : typeof value;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  };
  fc.assert(
    fc.property(anyCaseOf(trees), (one) => {
      expect(disagreement(one, count)).toBeNull();
    }),
    { numRuns },
  );
  return seen;
}

describe("agreement", () => {
  test("E1 E2 random formulas over random rows: row evaluator, chunk evaluator and oracle agree", () => {
    const seen = seenIn(formulas.any(4), 200);
    for (const kind of ["null", "true", "false", "number", "string"]) expect(seen.get(kind) ?? 0).toBeGreaterThan(300);
  });

  test("E1 E2 arithmetic agrees, where decimals are known for whole blocks and where they are not", () => {
    const seen = seenIn(formulas.number(2), 400);
    for (const kind of ["null", "number"]) expect(seen.get(kind) ?? 0).toBeGreaterThan(2000);
  });

  test("E1 E2 simple conditions, which columns answer by themselves, agree", () => {
    const seen = seenIn(formulas.truth(1), 200);
    for (const kind of ["true", "false"]) expect(seen.get(kind) ?? 0).toBeGreaterThan(2000);
  });
});
