import { describe, expect, test } from "vitest";
import type { Query } from "../query/ast.ts";
import { parseQuery } from "../query/parse.ts";
import type { Cell, Field } from "../values/types.ts";
import { SegmentSet } from "./segment-set.ts";

const MOMENT = { now: 0, timeZone: "UTC" };

const fields: Field[] = [
  { id: 0, name: "state", type: "text" },
  { id: 1, name: "spend", type: "number" },
  { id: 2, name: "tags", type: "text_array" },
];

const rule = (field: string, operator: string, value?: unknown) => ({ field, operator, value });

function query(...rules: unknown[]): Query {
  const parsed = parseQuery({ combinator: "and", rules }, { fields });
  if (!parsed.ok) throw new Error(parsed.problem.detail);
  return parsed.value;
}

function setOf(segments: Record<string, Query>): SegmentSet {
  const set = new SegmentSet({ fields, timeZone: "UTC" });
  for (const [id, each] of Object.entries(segments)) set.set(id, each);
  return set;
}

describe("segment sets", () => {
  test("M14 a changed row concerns the segments that read a changed field, each once; a new row all", () => {
    const set = setOf({
      everyone: query(),
      state: query(rule("state", "equals", "CA")),
      spend: query(rule("spend", "greater_than", 5)),
      both: query(rule("state", "equals", "NY"), rule("spend", "less_than", 5)),
    });
    expect(set.affected([0])).toEqual(["state", "both"]);
    expect(set.affected([0, 1]).sort()).toEqual(["both", "spend", "state"]);
    expect(set.affected([2, 99])).toEqual([]);
    expect(set.affected(null)).toHaveLength(4);
    expect(set.evaluateRow(["ny", 1, null], [1], MOMENT)).toEqual(
      new Map([
        ["spend", false],
        ["both", true],
      ]),
    );
    expect(set.evaluateRow([], null, MOMENT)).toEqual(
      new Map([
        ["everyone", true],
        ["state", false],
        ["spend", false],
        ["both", false],
      ]),
    );
  });

  test("M15 verdicts follow edits and deletions", () => {
    const set = setOf({ a: query(rule("state", "equals", "CA")), b: query(rule("state", "equals", "CA")) });
    set.set("a", query(rule("state", "not_equals", "CA")));
    expect(set.evaluateRow(["ca"], null, MOMENT)).toEqual(
      new Map([
        ["b", true],
        ["a", false],
      ]),
    );
    expect([set.delete("b"), set.delete("b"), set.has("b"), set.size]).toEqual([true, false, false, 1]);
    expect(set.evaluateRow(["tx"], [0], MOMENT)).toEqual(new Map([["a", true]]));
  });

  test("M16 a condition is held once and let go with its last segment", () => {
    const set = new SegmentSet({ fields, timeZone: "UTC" });
    for (let i = 0; i < 50; i++)
      set.set(`s${i}`, query(rule("state", "in", ["CA", "NY"]), rule("spend", "greater_than", i % 5)));
    expect(set.conditionCount).toBe(6);
    for (let i = 0; i < 49; i++) set.delete(`s${i}`);
    expect(set.conditionCount).toBe(2);
    set.set("s49", query(rule("tags", "includes", "x")));
    expect(set.conditionCount).toBe(1);
    set.delete("s49");
    expect(set.conditionCount).toBe(0);
  });

  test("M16 a field of a row is read once, whatever reads it", () => {
    const set = new SegmentSet({ fields, timeZone: "UTC" });
    for (let i = 0; i < 100; i++) {
      set.set(
        `s${i}`,
        query(rule("spend", i % 2 ? "less_than" : "greater_than", i), rule("state", "contains", `${i}`)),
      );
    }
    let reads = 0;
    const cells: Cell[] = ["67", null];
    Object.defineProperty(cells, 1, {
      get: () => {
        reads++;
        return 7;
      },
    });
    const members = [...set.evaluateRow(cells, null, MOMENT)].filter(([, member]) => member).map(([id]) => id);
    expect(members).toEqual(["s6", "s67"]);
    expect(reads).toBe(1);
  });

  test("M17 equality conditions are found by the value, in text, numbers and arrays", () => {
    const set = new SegmentSet({ fields, timeZone: "UTC" });
    for (let i = 0; i < 1000; i++) {
      set.set(`text${i}`, query(rule("state", "equals", `s${i}`)));
      set.set(`number${i}`, query(rule("spend", "equals", i)));
      set.set(`tag${i}`, query(rule("tags", "includes", `t${i}`)));
    }
    const verdicts = set.evaluateRow(["S7", "8.0", ["T9", "t10"]], null, MOMENT);
    expect(
      [...verdicts]
        .filter(([, member]) => member)
        .map(([id]) => id)
        .sort(),
    ).toEqual(["number8", "tag10", "tag9", "text7"]);
    set.set("part", query(rule("state", "contains", "7")));
    expect([0, 1, 2, 9].map((field) => set.triedOneByOne(field))).toEqual([1, 0, 0, 0]);
  });

  test("M18 a schema that moved on takes out just what no longer fits", () => {
    const set = setOf({ a: query(rule("spend", "greater_than", 5)), b: query(rule("state", "is_empty")) });
    expect(
      set.setContext({ fields: [fields[0] as Field, { id: 1, name: "spend", type: "text" }], timeZone: "UTC" }),
    ).toEqual(["a"]);
    expect([set.has("a"), set.has("b"), set.conditionCount]).toEqual([false, true, 1]);
    expect(() => set.set("c", query(rule("spend", "greater_than", 5)))).toThrow("no longer fits");
    expect(set.has("c")).toBe(false);
  });
});
