import { describe, expect, test } from "vitest";
import { ColumnStore } from "../columns/store.ts";
import { parseQuery } from "../query/parse.ts";
import type { Cell, Field } from "../values/types.ts";
import { compile } from "./compile.ts";
import { collectMatches, evaluateColumns } from "./evaluate-columns.ts";
import type { Plan } from "./plan.ts";

const MOMENT = { now: 0, timeZone: "UTC" };

const fields: Field[] = [
  { id: 0, name: "name", type: "text" },
  { id: 1, name: "n", type: "number" },
  { id: 2, name: "at", type: "datetime" },
];

function planOf(...rules: unknown[]): Plan {
  const parsed = parseQuery({ combinator: "and", rules }, { fields });
  if (!parsed.ok) throw new Error(parsed.problem.detail);
  return compile(parsed.value, { fields, timeZone: "Europe/Berlin" });
}

const rule = (field: string, operator: string, value?: unknown) => ({ field, operator, value });

describe("plans", () => {
  test("M12 a plan is plain data", () => {
    const plan = planOf(rule("name", "contains", "x"), rule("at", "after", "2024-01-01"), rule("n", "greater_than", 5));
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(plan.fields).toEqual([0, 1, 2]);
  });

  test("M12 conditions that mean the same are one", () => {
    expect(
      planOf(
        rule("n", "equals", 5),
        rule("n", "in", ["5", 5.0]),
        rule("n", "between", [5, "5"]),
        rule("n", "not_equals", 5),
      ).conditions,
    ).toHaveLength(1);
    expect(
      planOf(rule("name", "equals", "CA"), rule("name", "in", ["ca", "Ca"]), rule("name", "not_in", ["cA"])).conditions,
    ).toHaveLength(1);
    expect(
      planOf(
        rule("at", "on", "2024-01-01"),
        rule("at", "between", ["2023-12-31T23:00:00Z", "2024-01-01T22:59:59.999Z"]),
      ).conditions,
    ).toHaveLength(1);
    expect(
      planOf(rule("name", "equals", "CA"), { ...rule("name", "equals", "CA"), match_case: true }).conditions,
    ).toHaveLength(2);
    expect(planOf(rule("n", "greater_than", 5), rule("n", "greater_or_equal", 5)).conditions).toHaveLength(2);
  });

  test("M12 cheap conditions come before searches in text", () => {
    const { tree, conditions } = planOf(rule("name", "contains", "x"), rule("n", "greater_than", 5));
    const first = "children" in tree ? tree.children[0] : undefined;
    expect(first?.kind === "condition" && conditions[first.condition]).toMatchObject({ kind: "field", field: 1 });
  });

  test("M13 evaluation goes on where it stopped, and takes the chunks that it is given", () => {
    const store = new ColumnStore(fields);
    const cells: Cell[] = ["a", 1, null];
    for (const chunk of [0, 1, 2]) for (let i = 0; i < 10; i++) store.put(chunk * 65_536 + i, cells);
    const read: number[] = [];
    const source = (chunk: number): Iterable<[number, Cell[]]> => {
      read.push(chunk);
      return Array.from({ length: 10 }, (_, i): [number, Cell[]] => [chunk * 65_536 + i, cells]);
    };
    const plan = planOf(rule("n", "equals", 1));
    const chunks = evaluateColumns(plan, store, { moment: MOMENT, source });
    expect(chunks.next().value).toMatchObject({ chunk: 0, count: 10 });
    expect(read).toEqual([0]);
    store.put(65_536, ["a", 2, null]);
    store.remove(65_537);
    expect(chunks.next().value).toMatchObject({ chunk: 1, count: 9 });
    expect(collectMatches(evaluateColumns(plan, store, { moment: MOMENT, source, from: 2, to: 3 })).size).toBe(10);
    expect(collectMatches(evaluateColumns(plan, store, { moment: MOMENT, source, from: 3 })).size).toBe(0);
    expect(read).toEqual([0, 1, 2]);
  });
});
