/** What operators mean, by example. That all evaluators mean the same is proved in agreement.test.ts. */
import { describe, expect, test } from "vitest";
import { ProblemError } from "../../platform/problem.ts";
import { operatorsFor } from "../operators/index.ts";
import { parseQuery } from "../query/parse.ts";
import { ask, type Question } from "../testing/ask.ts";
import type { Cell, Field, FieldType } from "../values/types.ts";
import { compile } from "./compile.ts";
import { evaluateRow } from "./evaluate-row.ts";

const MOMENT = { now: 0, timeZone: "UTC" };

const sample: Record<FieldType, unknown> = {
  text: "x",
  number: 1,
  boolean: true,
  date: "2024-01-01",
  datetime: "2024-01-01",
  text_array: "x",
};

function given(type: FieldType, takes: string): unknown {
  const one = sample[type];
  const window = { span: { n: 1, unit: "day" }, period: "today" };
  return { nothing: undefined, one, list: [one], range: [one, one], ...window }[takes];
}

function which(question: Question, cells: readonly Cell[]): Cell[] {
  return cells.filter((cell) => ask(question, cell));
}

const negatives = ["not_equals", "not_in", "not_contains", "not_in_last", "excludes", "is_empty"];
const types: FieldType[] = ["text", "number", "boolean", "date", "datetime", "text_array"];

describe("truth", () => {
  test("Q3 an empty group matches everything, Q4 not is the complement", () => {
    const query = (json: unknown) => {
      const parsed = parseQuery(json, { fields: [] });
      if (!parsed.ok) throw new Error(parsed.problem.detail);
      return evaluateRow(compile(parsed.value, { fields: [], timeZone: "UTC" }), [], MOMENT);
    };
    expect(query({ combinator: "and", rules: [] })).toBe(true);
    expect(query({ combinator: "or", rules: [] })).toBe(true);
    expect(query({ combinator: "or", not: true, rules: [] })).toBe(false);
    expect(query({ combinator: "and", not: true, rules: [{ combinator: "or", not: true, rules: [] }] })).toBe(true);
    expect(query({ combinator: "or", rules: [{ combinator: "and", not: true, rules: [] }] })).toBe(false);
  });

  test.each(types)("Q30 Q31 T10 of an empty or unfit %s, exactly the negative operators are true", (type) => {
    for (const { name, takes } of operatorsFor(type)) {
      const empties: Cell[] = [null, "", "  ", ...(type === "text" ? [] : ["unfit"])];
      for (const cell of empties) {
        expect([name, ask({ type, operator: name, value: given(type, takes) }, cell)]).toEqual([
          name,
          negatives.includes(name),
        ]);
      }
    }
  });

  test("Q32 text compares after folding, unless match_case", () => {
    const cells = ["ca", "CA", "Ca"];
    expect(which({ type: "text", operator: "equals", value: "cA" }, cells)).toEqual(cells);
    expect(which({ type: "text", operator: "equals", value: "CA", match_case: true }, cells)).toEqual(["CA"]);
    expect(ask({ type: "text", operator: "contains", value: "ΣΣ" }, "aςσb")).toBe(true);
    expect(ask({ type: "text", operator: "equals", value: "straẞe" }, "Straße")).toBe(true);
    expect(ask({ type: "text", operator: "equals", value: "strasse" }, "Straße")).toBe(false);
    expect(ask({ type: "text", operator: "equals", value: "i̇stanbul" }, "İstanbul")).toBe(false);
  });

  test("Q33 no normalisation, no trimming, no wildcards", () => {
    expect(ask({ type: "text", operator: "equals", value: "\u00e9" }, "e\u0301")).toBe(false);
    expect(ask({ type: "text", operator: "equals", value: "a" }, "a ")).toBe(false);
    expect(which({ type: "text", operator: "contains", value: "5%" }, ["5%", "50", "5x%"])).toEqual(["5%"]);
    expect(which({ type: "text", operator: "starts_with", value: "_" }, ["_a", "a_", "b"])).toEqual(["_a"]);
  });

  test("Q34 equality is of values, not of spelling", () => {
    expect(which({ type: "number", operator: "equals", value: "1.50" }, [1.5, "1.5", "15e-1", "1.51"])).toEqual([
      1.5,
      "1.5",
      "15e-1",
    ]);
    expect(which({ type: "number", operator: "in", value: [2, "1.0"] }, ["1", "2.00", "3"])).toEqual(["1", "2.00"]);
    expect(which({ type: "boolean", operator: "equals", value: "TRUE" }, [true, "True", false, null])).toEqual([
      true,
      "True",
    ]);
    expect(which({ type: "boolean", operator: "in", value: [true, false] }, [true, "FALSE", null])).toEqual([
      true,
      "FALSE",
    ]);
    expect(which({ type: "text", operator: "in", value: [] }, ["a"])).toEqual([]);
    expect(which({ type: "text", operator: "not_in", value: [] }, ["a", null])).toEqual(["a", null]);
  });

  test("Q35 parts of texts", () => {
    const cells = ["abc", "bcd", "cab"];
    expect(which({ type: "text", operator: "contains", value: "BC" }, cells)).toEqual(["abc", "bcd"]);
    expect(which({ type: "text", operator: "starts_with", value: "b" }, cells)).toEqual(["bcd"]);
    expect(which({ type: "text", operator: "ends_with", value: "b" }, cells)).toEqual(["cab"]);
    expect(which({ type: "text", operator: "not_contains", value: "a" }, [...cells, null])).toEqual(["bcd", null]);
  });

  test("Q36 numbers compare by value", () => {
    const cells = ["9", "10", "-11", "10.000001"];
    expect(which({ type: "number", operator: "greater_than", value: 10 }, cells)).toEqual(["10.000001"]);
    expect(which({ type: "number", operator: "greater_or_equal", value: 10 }, cells)).toEqual(["10", "10.000001"]);
    expect(which({ type: "number", operator: "less_than", value: 10 }, cells)).toEqual(["9", "-11"]);
    expect(which({ type: "number", operator: "less_or_equal", value: "10" }, cells)).toEqual(["9", "10", "-11"]);
    expect(which({ type: "number", operator: "less_than", value: 0 }, [0, -5e-324, "-0"])).toEqual([-5e-324]);
    expect(
      which({ type: "number", operator: "greater_than", value: 1.7976931348623157e308 }, [1.7976931348623157e308]),
    ).toEqual([]);
  });

  test("Q37 between includes both ends", () => {
    expect(which({ type: "number", operator: "between", value: [1, 2] }, [0.99, 1, 2, 2.01])).toEqual([1, 2]);
    expect(which({ type: "number", operator: "between", value: [2, 1] }, [1, 1.5, 2])).toEqual([]);
  });

  test("Q38 nothing is neither true nor false", () => {
    expect(which({ type: "boolean", operator: "is_true" }, [true, false, null, "x"])).toEqual([true]);
    expect(which({ type: "boolean", operator: "is_false" }, [true, false, null, "x"])).toEqual([false]);
  });

  test("Q39 an element equals the value", () => {
    const cells: Cell[] = [["a", "B"], '["b"]', ["ab"], null];
    expect(which({ type: "text_array", operator: "includes", value: "b" }, cells)).toEqual([["a", "B"], '["b"]']);
    expect(which({ type: "text_array", operator: "includes", value: "B", match_case: true }, cells)).toEqual([
      ["a", "B"],
    ]);
    expect(which({ type: "text_array", operator: "excludes", value: "b" }, cells)).toEqual([["ab"], null]);
  });
});

describe("dates and times", () => {
  const newYork = { type: "datetime", timeZone: "America/New_York" } as const;

  test("Q40 dates on date fields", () => {
    const cells = ["2024-02-28", "2024-02-29", "2024-03-01"];
    expect(which({ type: "date", operator: "on", value: "2024-02-29" }, cells)).toEqual(["2024-02-29"]);
    expect(which({ type: "date", operator: "before", value: "2024-02-29" }, cells)).toEqual(["2024-02-28"]);
    expect(which({ type: "date", operator: "after", value: "2024-02-29" }, cells)).toEqual(["2024-03-01"]);
    expect(which({ type: "date", operator: "between", value: ["2024-02-29", "2024-03-01"] }, cells)).toEqual(
      cells.slice(1),
    );
  });

  test("Q41 a date is the whole local day", () => {
    const cells = [
      "2024-05-01T03:59:59.999Z",
      "2024-05-01T04:00:00Z",
      "2024-05-02T03:59:59.999Z",
      "2024-05-02T04:00:00Z",
    ];
    const [before, first, last, after] = cells;
    const matches = (operator: string, value: unknown) => which({ ...newYork, operator, value }, cells);
    expect(matches("on", "2024-05-01")).toEqual([first, last]);
    expect(matches("equals", "2024-05-01")).toEqual([first, last]);
    expect(matches("not_equals", "2024-05-01")).toEqual([before, after]);
    expect(matches("in", ["2024-05-01", "2024-05-02"])).toEqual([first, last, after]);
    expect(matches("before", "2024-05-01")).toEqual([before]);
    expect(matches("after", "2024-05-01")).toEqual([after]);
    expect(matches("greater_or_equal", "2024-05-01")).toEqual([first, last, after]);
    expect(matches("less_or_equal", "2024-05-01")).toEqual([before, first, last]);
    expect(matches("between", ["2024-04-30", "2024-05-01"])).toEqual([before, first, last]);
  });

  test("Q42 local days are 23, 25 or no hours long", () => {
    const hours = Array.from({ length: 30 }, (_, i) => new Date(Date.UTC(2024, 2, 10, i)).toISOString());
    const autumn = Array.from({ length: 32 }, (_, i) => new Date(Date.UTC(2024, 10, 3, i)).toISOString());
    expect(which({ ...newYork, operator: "on", value: "2024-03-10" }, hours)).toHaveLength(23);
    expect(which({ ...newYork, operator: "on", value: "2024-11-03" }, autumn)).toHaveLength(25);
    const apia = { type: "datetime", timeZone: "Pacific/Apia", operator: "on" } as const;
    const days = Array.from({ length: 96 }, (_, i) => new Date(Date.UTC(2011, 11, 29, i)).toISOString());
    expect(which({ ...apia, value: "2011-12-30" }, days)).toEqual([]);
    expect(which({ ...apia, value: "2011-12-31" }, days)).toHaveLength(24);
  });

  test("Q43 a local time means the workspace's zone", () => {
    const cells = ["2024-05-01T12:00:00Z", "2024-05-01T08:00:00Z"];
    expect(which({ ...newYork, operator: "equals", value: "2024-05-01T08:00:00" }, cells)).toEqual([cells[0]]);
    expect(which({ ...newYork, operator: "equals", value: "2024-05-01T08:00:00Z" }, cells)).toEqual([cells[1]]);
    expect(which({ ...newYork, operator: "on", value: "2024-03-10T02:30:00" }, ["2024-03-10T07:00:00Z"])).toHaveLength(
      1,
    );
    expect(which({ ...newYork, operator: "on", value: "2024-11-03T01:30:00" }, ["2024-11-03T05:30:00Z"])).toHaveLength(
      1,
    );
  });
});

describe("schemas that moved on", () => {
  const text: Field = { id: 0, name: "f", type: "text" };
  const query = { combinator: "and", rules: [{ field: 0, operator: "contains", value: "a" }] } as const;
  const codeOf = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      if (error instanceof ProblemError) return error.problem.code;
      throw error;
    }
    return "none";
  };

  test("Q19 a query that no longer fits is refused when it is compiled", () => {
    const at = (fields: Field[], rules: unknown = query) =>
      codeOf(() => compile(rules as typeof query, { fields, timeZone: "UTC" }));
    expect(at([text])).toBe("none");
    expect(at([])).toBe("query_out_of_date");
    expect(at([{ ...text, type: "number" }])).toBe("query_out_of_date");
    const equals = { combinator: "and", rules: [{ field: 0, operator: "equals", value: "a" }] };
    expect(at([{ ...text, type: "number" }], equals)).toBe("query_out_of_date");
    expect(at([text], { combinator: "and", rules: [{ field: 0, operator: "gone" }] })).toBe("query_out_of_date");
  });
});
