import { describe, expect, test } from "vitest";
import { parseFormula } from "../formula/index.ts";
import { nothingAround } from "../plan/surroundings.ts";
import type { Query } from "../query/ast.ts";
import type { Field } from "../values/types.ts";
import { type ExplainedLeaf, explainRow } from "./explain-row.ts";
import { hintsFor } from "./hints.ts";

const fields: Field[] = [
  { id: 0, name: "state", type: "text" },
  { id: 1, name: "seen", type: "datetime" },
  { id: 2, name: "day", type: "date" },
];
const moment = { now: Date.parse("2026-03-10T12:00:00Z"), timeZone: "America/New_York" };
const context = { fields, timeZone: moment.timeZone };
const cells = ["ca", "2026-03-10T11:30:00Z", "2026-03-01"];

const explain = (query: Query, row = cells) =>
  explainRow(query, context, { row: 1, cells: row }, moment, nothingAround);
const leaf = (query: Query, row = cells) => explain(query, row).rules[0] as ExplainedLeaf;

describe("why a record is in or out", () => {
  test("M22 the tree has the query's form, with paths and results", () => {
    const answer = explain({
      combinator: "and",
      rules: [
        { field: 0, operator: "equals", value: "CA" },
        { combinator: "or", not: true, rules: [{ field: 0, operator: "not_equals", value: "NY" }] },
      ],
    });
    expect(answer).toMatchObject({
      ...{ kind: "group", combinator: "and", not: false, result: false },
      rules: [
        { kind: "condition", path: "query.rules[0]", result: true, value: "ca", changes_at: null },
        { kind: "group", not: true, result: false, rules: [{ path: "query.rules[1].rules[0]", result: true }] },
      ],
    });
  });

  test("M22 a window of minutes says when the record will leave it", () => {
    const query: Query = {
      combinator: "and",
      rules: [{ field: 1, operator: "in_last", value: { n: 1, unit: "hour" } }],
    };
    expect(leaf(query)).toMatchObject({ result: true, value: "2026-03-10T11:30:00Z" });
    expect(leaf(query).changes_at).toBe(Date.parse("2026-03-10T12:30:00Z"));
    expect(leaf(query, ["ca", "2026-03-01T00:00:00Z", "2026-03-01"]).changes_at).toBeNull();
  });

  test("M22 a window of days says at which local midnight it changes, in or out, negated or not", () => {
    const lastDays = (operator: string): Query => ({
      combinator: "and",
      rules: [{ field: 2, operator, value: { n: 30, unit: "day" } }],
    });
    const end = Date.parse("2026-03-31T04:00:00Z");
    expect(leaf(lastDays("in_last"))).toMatchObject({ result: true, changes_at: end, value: "2026-03-01" });
    expect(leaf(lastDays("not_in_last"))).toMatchObject({ result: false, changes_at: end });
    const future = leaf(lastDays("in_last"), ["ca", "", "2026-03-12"]);
    expect(future).toMatchObject({ result: false, changes_at: Date.parse("2026-03-12T04:00:00Z") });
  });

  test("M22 a formula that compares with now says when it will be another", () => {
    const at = Date.parse("2026-03-10T15:00:00Z");
    const parsed = parseFormula("now() > seen", { fields });
    if (!parsed.ok) throw new Error(parsed.problem.detail);
    const query: Query = { combinator: "and", rules: [{ formula: "now() > seen", expr: parsed.value.expr }] };
    const answer = leaf(query, ["ca", new Date(at).toISOString(), ""]);
    expect(answer).toMatchObject({ result: false, changes_at: at + 1 });
    expect(leaf(query).changes_at).toBeNull();
  });

  test("M22 an empty value is null and never changes", () => {
    const query: Query = { combinator: "and", rules: [{ field: 2, operator: "in_period", value: "today" }] };
    expect(leaf(query, ["ca", "", ""])).toMatchObject({ result: false, value: null, changes_at: null });
  });
});

describe("hints", () => {
  const is = (value: string) => ({ field: 0, operator: "equals", value });

  test("M23 conditions that do nothing are named", () => {
    const query: Query = { combinator: "and", rules: [is("XX"), is("CA")] };
    const measured = [
      { path: "query.rules[0]", actual: 0, took_ms: 1 },
      { path: "query.rules[1]", actual: 50, took_ms: 1 },
    ];
    expect(hintsFor(query, measured, 50).map(({ code, path }) => [code, path])).toEqual([
      ["never_true", "query.rules[0]"],
      ["always_true", "query.rules[1]"],
    ]);
    expect(hintsFor(query, measured, 0)).toEqual([]);
  });

  test("M23 three equals joined by or become one is one of; what stands twice is said", () => {
    const query: Query = { combinator: "or", rules: [is("CA"), is("NY"), is("TX"), is("CA")] };
    const hints = hintsFor(query, [], 0);
    expect(hints.find(({ code }) => code === "said_twice")?.path).toBe("query.rules[3]");
    expect(hints.find(({ code }) => code === "use_in")?.better).toEqual({
      ...{ field: 0, operator: "in", value: ["CA", "NY", "TX", "CA"] },
    });
  });

  test("M23 what takes most of the time is named where it takes long", () => {
    const query: Query = { combinator: "and", rules: [is("CA"), { field: 0, operator: "contains", value: "a" }] };
    const measured = [
      { path: "query.rules[0]", actual: 5, took_ms: 1 },
      { path: "query.rules[1]", actual: 5, took_ms: 99 },
    ];
    expect(hintsFor(query, measured, 50)).toMatchObject([{ code: "costly", path: "query.rules[1]" }]);
  });
});
