import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../platform/problem.ts";
import { compile } from "../plan/compile.ts";
import type { Field } from "../values/types.ts";
import type { Query } from "./ast.ts";
import { parseQuery } from "./parse.ts";
import { queryToJson } from "./to-json.ts";

const fields: Field[] = [
  { id: 0, name: "state", type: "text" },
  { id: 1, name: "Monthly Charges", type: "number" },
  { id: 2, name: "active", type: "boolean" },
  { id: 3, name: "born", type: "date" },
  { id: 4, name: "seen_at", type: "datetime" },
  { id: 5, name: "tags", type: "text_array" },
  { id: 7, name: "__proto__", type: "text" },
];

function accepted(input: unknown): Query {
  const parsed = parseQuery(input, { fields });
  if (!parsed.ok) throw new Error(parsed.problem.detail);
  return parsed.value;
}

function refused(input: unknown): Problem {
  const parsed = parseQuery(input, { fields });
  if (parsed.ok) throw new Error(`accepted ${JSON.stringify(input)}`);
  expect(parsed.problem.status).toBe(422);
  expect(parsed.problem.detail.length).toBeGreaterThan(20);
  return parsed.problem;
}

const all = (...rules: unknown[]) => ({ combinator: "and", rules });
const rule = (field: string, operator: string, value?: unknown) => ({ field, operator, value });
const valueOfRule = (input: unknown) => (accepted(all(input)).rules[0] as { value?: unknown }).value;

describe("the form of a query", () => {
  test("Q1 groups of conditions and groups, fields by id", () => {
    const query = {
      combinator: "or",
      not: true,
      rules: [rule("state", "equals", "CA"), all({ ...rule("tags", "includes", "x"), match_case: true })],
    };
    expect(accepted(query)).toEqual({
      combinator: "or",
      not: true,
      rules: [
        { field: 0, operator: "equals", value: "CA" },
        { combinator: "and", rules: [{ field: 5, operator: "includes", value: "x", match_case: true }] },
      ],
    });
  });

  test.each([null, 1, "x", [], true, undefined])("Q1 %j is no group", (input) => {
    expect(refused(input)).toMatchObject({ code: "malformed_query", path: "query" });
  });

  test("Q1 a group says how its rules are joined", () => {
    expect(refused({ rules: [] })).toMatchObject({ code: "malformed_query", path: "query.combinator" });
    expect(refused({ combinator: "xor", rules: [] })).toMatchObject({ path: "query.combinator" });
    expect(refused({ combinator: "and" })).toMatchObject({ code: "malformed_query", path: "query.rules" });
    expect(refused({ combinator: "and", rules: [], not: "yes" })).toMatchObject({ path: "query.not" });
    expect(accepted({ combinator: "OR", not: false, rules: [] })).toEqual({ combinator: "or", rules: [] });
  });

  test("Q1 a condition names its field and its operator", () => {
    expect(refused(all({ operator: "equals", value: 1 }))).toMatchObject({
      code: "malformed_query",
      path: "query.rules[0].field",
    });
    expect(refused(all({ field: "state", value: 1 }))).toMatchObject({
      code: "malformed_query",
      path: "query.rules[0].operator",
    });
    expect(refused(all({ ...rule("state", "equals", "a"), match_case: 1 }))).toMatchObject({
      path: "query.rules[0].match_case",
    });
    expect(accepted(all(rule("__proto__", "equals", "a"))).rules).toEqual([
      { field: 7, operator: "equals", value: "a" },
    ]);
  });

  test("Q2 the flat form of the first version becomes a group", () => {
    const conditions = [rule("state", "equals", "CA")];
    const group = { combinator: "and", rules: [{ field: 0, operator: "equals", value: "CA" }] };
    expect(accepted({ conditions, logic: "AND" })).toEqual(group);
    expect(accepted({ conditions })).toEqual(group);
    expect(accepted({ conditions, logic: "or" })).toEqual({ ...group, combinator: "or" });
    expect(accepted(all({ conditions, logic: "AND" })).rules).toEqual([group]);
    expect(refused({ conditions: [rule("state", "equals", null)], logic: "AND" })).toMatchObject({
      path: "query.conditions[0].value",
    });
    expect(refused({ conditions: [], logic: "nor" })).toMatchObject({ path: "query.logic" });
  });

  test("Q5 groups are at most 8 deep", () => {
    const nested = (depth: number): unknown => (depth === 1 ? all() : all(nested(depth - 1)));
    expect(accepted(nested(8))).toBeDefined();
    expect(refused(nested(9))).toMatchObject({
      code: "query_too_deep",
      path: `query${".rules[0]".repeat(8)}`,
      facts: { limit: 8, actual: 9 },
    });
    expect(refused(nested(5000))).toMatchObject({ code: "query_too_deep" });
  });

  test("Q6 at most 200 conditions, wherever they stand", () => {
    const some = (count: number) => Array.from({ length: count }, () => rule("state", "is_empty"));
    expect(accepted(all(...some(100), all(...some(100))))).toBeDefined();
    expect(refused(all(...some(100), all(...some(101))))).toMatchObject({
      code: "too_many_conditions",
      facts: { limit: 200, actual: 201 },
    });
  });

  test("Q6 at most as many groups, empty ones included", () => {
    const some = (count: number) => all(...Array.from({ length: count }, () => all()));
    expect(accepted(some(200))).toBeDefined();
    expect(refused(some(100_000))).toMatchObject({ code: "too_many_conditions", path: "query.rules[200]" });
  });

  test("Q7 lists have at most 10,000 values", () => {
    const list = (length: number) =>
      all(
        rule(
          "state",
          "in",
          Array.from({ length }, (_, i) => `s${i}`),
        ),
      );
    expect(accepted(list(10_000))).toBeDefined();
    expect(refused(list(10_001))).toMatchObject({
      code: "list_too_long",
      path: "query.rules[0].value",
      facts: { limit: 10_000, actual: 10_001 },
    });
  });

  test("Q8 an unknown field is refused with the nearest name", () => {
    const problem = refused(all(rule("monthly_charge", "equals", 1)));
    expect(problem).toMatchObject({ code: "unknown_field", path: "query.rules[0].field" });
    expect(problem.facts).toMatchObject({ suggestion: "Monthly Charges" });
    expect(problem.detail).toContain('Did you mean "Monthly Charges"?');
    expect(refused(all(rule("zzzzzz", "equals", 1))).detail).not.toContain("Did you mean");
  });

  test("Q9 an unknown operator is refused with the nearest name and the field's operators", () => {
    expect(refused(all(rule("state", "contians", "x"))).detail).toContain('Did you mean "contains"?');
    expect(refused(all(rule("Monthly Charges", ">=", 1))).detail).toContain('Did you mean "greater_or_equal"?');
    const problem = refused(all(rule("active", "toString", 1)));
    expect(problem).toMatchObject({ code: "unknown_operator", path: "query.rules[0].operator" });
    expect(problem.facts?.choices).toContain("is_true");
  });

  test("Q10 an operator that the type lacks is refused with those that it has", () => {
    const problem = refused(all(rule("Monthly Charges", "contains", "1")));
    expect(problem).toMatchObject({
      code: "operator_type_mismatch",
      path: "query.rules[0].operator",
      facts: { field_type: "number" },
    });
    expect(problem.detail).toContain("greater_than");
    for (const [field, operator] of [
      ["state", "greater_than"],
      ["tags", "equals"],
      ["born", "includes"],
      ["state", "on"],
      ["state", "is_true"],
    ]) {
      expect(refused(all(rule(field as string, operator as string, "x"))).code).toBe("operator_type_mismatch");
    }
  });

  test.each([
    ["state", "equals", 94107, "94107"],
    ["state", "equals", true, "true"],
    ["state", "contains", " ", " "],
    ["Monthly Charges", "equals", "1.50", 1.5],
    ["Monthly Charges", "equals", -0, 0],
    ["Monthly Charges", "in", ["1", 2], [1, 2]],
    ["Monthly Charges", "between", [5, "1e1"], [5, 10]],
    ["active", "equals", "TRUE", true],
    ["born", "on", "2024-02-29", "2024-02-29"],
    ["seen_at", "after", "2024-02-29", "2024-02-29"],
    ["seen_at", "after", "2024-05-01T08:00:00+02:00", "2024-05-01T06:00:00Z"],
    ["seen_at", "after", "2024-05-01 08:00", "2024-05-01T08:00:00"],
    ["seen_at", "before", "2024-05-01T08:00:00.1230", "2024-05-01T08:00:00.123"],
    ["tags", "includes", 5, "5"],
    ["state", "in", [], []],
    ["state", "is_empty", null, undefined],
    ["state", "is_empty", "", undefined],
  ])("Q11 %s %s %j is kept as %j", (field, operator, value, kept) => {
    expect(valueOfRule(rule(field, operator, value))).toEqual(kept);
  });

  test.each([
    ["state", "equals", undefined, ""],
    ["state", "equals", null, ""],
    ["state", "equals", ["a"], ""],
    ["state", "contains", "", ""],
    ["state", "in", "CA", ""],
    ["state", "in", ["CA", null], "[1]"],
    ["Monthly Charges", "equals", "1,200", ""],
    ["Monthly Charges", "equals", "abc", ""],
    ["Monthly Charges", "equals", true, ""],
    ["Monthly Charges", "equals", " 5", ""],
    ["Monthly Charges", "between", 5, ""],
    ["Monthly Charges", "between", [1, 2, 3], ""],
    ["Monthly Charges", "between", [1, "x"], "[1]"],
    ["active", "equals", 1, ""],
    ["born", "on", "2023-02-29", ""],
    ["born", "on", "2024-01-01T00:00:00Z", ""],
    ["born", "on", "tomorrow", ""],
    ["seen_at", "after", "2024-05-01T08:00:00.1239Z", ""],
    ["seen_at", "after", 1714521600000, ""],
    ["active", "is_true", true, ""],
  ])("Q12 %s %s %j is refused at its place", (field, operator, value, place) => {
    expect(refused(all(rule(field, operator, value)))).toMatchObject({
      code: "invalid_value",
      path: `query.rules[0].value${place}`,
    });
  });

  test("Q13 keys that mean nothing are refused, id is dropped", () => {
    const problem = refused(all({ ...rule("state", "equals", "a"), matchcase: true }));
    expect(problem).toMatchObject({ code: "malformed_query", path: "query.rules[0]" });
    expect(problem.detail).toContain('Did you mean "match_case"?');
    expect(refused({ ...all(), limit: 5 })).toMatchObject({ code: "malformed_query", path: "query" });
    expect(accepted({ id: "g", ...all({ id: "r", ...rule("state", "is_empty") }) })).toEqual(
      accepted(all(rule("state", "is_empty"))),
    );
  });

  test("Q14 no JSON makes the parser throw", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (input) => {
        const parsed = parseQuery(input, { fields });
        if (!parsed.ok) expect(parsed.problem).toMatchObject({ status: 422, path: expect.stringMatching(/^query/) });
      }),
      { numRuns: 2000 },
    );
  });

  test("Q14 nothing that nearly is a query makes the parser throw, and what it accepts compiles", () => {
    const word = fc.constantFrom<unknown>(
      "state",
      "born",
      "seen_at",
      "tags",
      "equals",
      "in",
      "between",
      "on",
      "and",
      "2024-01-01",
      "",
      "x",
      null,
      0,
      1e300,
      true,
      [],
      [1],
      ["a", "b"],
      {},
    );
    const near = fc.letrec((tie) => ({
      rule: fc.record(
        { field: word, operator: word, value: fc.oneof(word, fc.jsonValue()), match_case: word },
        { requiredKeys: ["field", "operator"] },
      ),
      group: fc.record(
        {
          combinator: fc.constantFrom<unknown>("and", "or", 1),
          not: fc.constantFrom<unknown>(true, false, 0),
          rules: fc.oneof(word, fc.array(tie("any"), { maxLength: 3 })),
        },
        { requiredKeys: ["combinator", "rules"] },
      ),
      any: fc.oneof({ maxDepth: 5 }, tie("rule"), tie("group"), word),
    })).group;
    let compiled = 0;
    fc.assert(
      fc.property(near, (input) => {
        const parsed = parseQuery(input, { fields });
        if (!parsed.ok) return;
        compile(parsed.value, { fields, timeZone: "Europe/Berlin" });
        compiled++;
      }),
      { numRuns: 3000 },
    );
    expect(compiled).toBeGreaterThan(20);
  });

  test("Q17 renaming a field changes names only", () => {
    const query = accepted(all(rule("state", "equals", "CA"), rule("active", "is_true")));
    const renamed = fields.map((field) => (field.id === 0 ? { ...field, name: "region" } : field));
    expect(queryToJson(query, { fields: renamed }).rules[0]).toEqual({
      field: "region",
      operator: "equals",
      value: "CA",
    });
    expect(parseQuery(queryToJson(query, { fields: renamed }), { fields: renamed })).toEqual({
      ok: true,
      value: query,
    });
    expect(() => queryToJson(query, { fields: [] })).toThrow(RangeError);
  });

  test("Q18 blank text cannot equal a cell, but may be part of one", () => {
    expect(refused(all(rule("state", "equals", "  "))).detail).toContain("is_empty");
    expect(refused(all(rule("state", "equals", ""))).detail).toContain("is_empty");
    expect(refused(all(rule("Monthly Charges", "equals", null))).detail).toContain("is_empty");
    expect(refused(all(rule("state", "not_in", ["a", " "])))).toMatchObject({ path: "query.rules[0].value[1]" });
    expect(valueOfRule(rule("state", "starts_with", "  "))).toBe("  ");
  });

  test("Q21 the fields that a query reads", () => {
    const read = (...rules: unknown[]) => compile(accepted(all(...rules)), { fields, timeZone: "UTC" }).fields;
    expect(read(rule("tags", "is_empty"), all(rule("state", "is_empty"), rule("tags", "excludes", "x")))).toEqual([
      0, 5,
    ]);
    expect(read()).toEqual([]);
  });
});
