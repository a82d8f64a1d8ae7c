/** The proof: three readings of the specification, one answer. fast-check prints seed and path of what fails. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ColumnStore, type RowSource } from "./columns/store.ts";
import { operatorsFor } from "./operators/index.ts";
import { compile } from "./plan/compile.ts";
import { collectMatches, evaluateColumns } from "./plan/evaluate-columns.ts";
import { evaluateRow } from "./plan/evaluate-row.ts";
import { parseQuery } from "./query/parse.ts";
import { anyCell, anyConditionOf, anyQuery, anyRow, anySchema, types, zones } from "./testing/arbitraries.ts";
import { FIRST_ROW, World } from "./testing/world.ts";
import type { Cell, Field } from "./values/types.ts";

const MOMENT = { now: 0, timeZone: "UTC" };

type Step = (world: World) => void;
const ROWS = 40;
const anyRowNumber = fc.nat(ROWS - 1).map((index) => FIRST_ROW + index);

function anyStep(schema: Field[]): fc.Arbitrary<Step> {
  const write = fc.record({ row: anyRowNumber, cells: anyRow(schema) });
  const patch = fc
    .constantFrom(...schema)
    .chain((field) => fc.record({ row: anyRowNumber, field: fc.constant(field.id), cell: anyCell(field) }));
  const edit = fc.record({ id: fc.constantFrom("a", "b", "c"), json: anyQuery(schema) });
  return fc.oneof(
    write.map(
      ({ row, cells }): Step =>
        (world) =>
          world.write(row, cells, null),
    ),
    {
      weight: 3,
      arbitrary: patch.map(
        ({ row, field, cell }): Step =>
          (world) =>
            patchCell(world, row, field, cell),
      ),
    },
    anyRowNumber.map(
      (row): Step =>
        (world) =>
          world.remove(row),
    ),
    edit.map(
      ({ id, json }): Step =>
        (world) =>
          world.setQuery(id, json),
    ),
    fc.constantFrom<Step>(
      (world) => world.recode(),
      (world) => world.repack(),
      (world) => world.store.trim(0),
      (world) => world.removeQuery("c"),
    ),
  );
}

function patchCell(world: World, row: number, field: number, cell: Cell): void {
  const before = world.rows.get(row);
  const cells: Cell[] = [...(before ?? world.schema.map(() => null))];
  cells[field] = cell;
  world.write(row, cells, before === undefined ? null : [field]);
}

const anyStory = anySchema.chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    timeZone: fc.constantFrom(...zones),
    rows: fc.array(anyRow(schema), { maxLength: ROWS }),
    queries: fc.array(anyQuery(schema), { minLength: 3, maxLength: 3 }),
    steps: fc.array(anyStep(schema), { maxLength: 12 }),
  }),
);

describe("agreement", () => {
  test("M1 M2 M3 M6 M8 M15 column evaluator, row evaluator, segment set and oracle agree after every step", () => {
    fc.assert(
      fc.property(anyStory, ({ schema, timeZone, rows, queries, steps }) => {
        const world = new World(schema, timeZone);
        for (const [i, cells] of rows.entries()) world.write(FIRST_ROW + i, cells, null);
        for (const [i, json] of queries.entries()) world.setQuery("abc"[i] as string, json);
        expect(world.disagreement()).toBeNull();
        for (const step of steps) {
          step(world);
          expect(world.disagreement()).toBeNull();
        }
      }),
      { numRuns: 150 },
    );
  });

  test("M1 M3 M7 evaluators agree over two chunks of data in every encoding", () => {
    const schema = types.map((type, id): Field => ({ id, name: type, type }));
    const wide: Field = { id: schema.length, name: "address", type: "text" };
    const fields = [...schema, wide];
    const few = fc.sample(anyRow(schema), 500);
    const rows = Array.from({ length: 70_000 }, (_, i) => [...(few[i % 500] as Cell[]), `User${i}@Ex${i % 7}.com`]);
    const store = new ColumnStore(fields);
    for (let row = 0; row < rows.length; row++) store.present.add(row);
    const source: RowSource = (chunk) =>
      rows.slice(chunk * 65_536, (chunk + 1) * 65_536).map((cells, i) => [chunk * 65_536 + i, cells]);
    const address = fc.record({
      field: fc.constant("address"),
      operator: fc.constantFrom("contains", "starts_with", "ends_with", "not_contains"),
      value: fc.constantFrom("USER1", "99@", "5.com", "r", "user69999@ex6.com", "ex"),
    });
    const anyCase = fc.record({ query: anyQuery(schema, 1), condition: address, or: fc.boolean() });
    fc.assert(
      fc.property(anyCase, ({ query, condition, or }) => {
        const parsed = parseQuery({ combinator: or ? "or" : "and", rules: [query, condition] }, { fields });
        if (!parsed.ok) throw new Error(parsed.problem.detail);
        const plan = compile(parsed.value, { fields, timeZone: "Europe/Berlin" });
        const found = collectMatches(evaluateColumns(plan, store, { moment: MOMENT, source }));
        for (let row = 0; row < rows.length; row += 7) {
          if (evaluateRow(plan, rows[row] as Cell[], MOMENT) !== found.has(row))
            throw new Error(`row ${row}: ${rows[row]}`);
        }
      }),
      { numRuns: 25 },
    );
    expect(store.column(wide.id, 0)?.encoding).toBe("packed");
  });

  const cases = types.flatMap((type) =>
    operatorsFor(type).map((operator) => ({ type, operator, name: operator.name })),
  );

  test.each(cases)("M1 $name on $type agrees with the oracle, and is seen true and false", ({ type, operator }) => {
    const field: Field = { id: 0, name: "f", type };
    const seen = new Set<boolean>();
    const anyCase = fc.record({
      timeZone: fc.constantFrom(...zones),
      rows: fc.array(anyRow([field]), { minLength: 1, maxLength: 30 }),
      condition: anyConditionOf(field, operator),
      packed: fc.boolean(),
    });
    const agrees = fc.property(anyCase, ({ timeZone, rows, condition, packed }) => {
      const world = new World([field], timeZone);
      for (const [i, cells] of rows.entries()) world.write(FIRST_ROW + i, cells, null);
      world.setQuery("a", { combinator: "and", rules: [condition] });
      expect(world.disagreement((member) => seen.add(member))).toBeNull();
      if (packed) world.repack();
      expect(world.disagreement()).toBeNull();
    });
    // Some are seldom true: more cases until they were.
    for (let round = 0; round === 0 || (seen.size < 2 && round < 10); round++) fc.assert(agrees, { numRuns: 60 });
    expect(seen.size).toBe(2);
  });
});
