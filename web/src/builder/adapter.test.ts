import { describe, expect, test } from "vitest";
import type { DatasetField } from "../api/datasets.ts";
import type { QueryGroup } from "../api/segments.ts";
import { fitTree, fromQuery, pathOfProblem, type Tree, toQuery, withoutEmptied } from "./adapter.ts";

const FIELDS: readonly DatasetField[] = [
  { name: "Contract", type: "text", format: null },
  { name: "MonthlyCharges", type: "number", format: null },
  { name: "Churn", type: "text", format: null },
  { name: "signed_on", type: "date", format: null },
];

const NESTED: QueryGroup = {
  combinator: "and",
  rules: [
    { field: "Contract", operator: "equals", value: "Month-to-month", match_case: true },
    {
      combinator: "or",
      not: true,
      rules: [
        { field: "MonthlyCharges", operator: "between", value: [10, 20.5] },
        { field: "Churn", operator: "in", value: ["Yes", "No"] },
        { field: "Churn", operator: "is_empty" },
      ],
    },
  ],
};

describe("the builder's tree", () => {
  test("W20 a query comes back from the tree as it went in", () => {
    expect(toQuery(fromQuery(NESTED), FIELDS).query).toEqual(NESTED);
  });

  test("W21 a rule the builder cannot edit is kept as it came, in its place", () => {
    const rules = [
      { related: "purchases", quantifier: "any", where: { combinator: "and", rules: [] } },
      { via: "store", field: "region", operator: "in", value: ["West"] },
      { formula: "orders > 0" },
      { field: "signed_on", operator: "in_last", value: { n: 30, unit: "day" } },
    ];
    const query: QueryGroup = { combinator: "or", rules };
    expect(toQuery(fromQuery(query), FIELDS)).toEqual({ query, incomplete: [] });
  });

  test("W22 a number typed into a number field is sent as a number, other text as it was typed", () => {
    const tree = rulesOf(["MonthlyCharges", "greater_than", "80"], ["MonthlyCharges", "equals", "eighty"]);
    const values = toQuery(tree, FIELDS).query.rules.map((rule) => (rule as { value: unknown }).value);
    expect(values).toEqual([80, "eighty"]);
  });

  test("W22 text that looks like a number stays text in a text field", () => {
    const { query } = toQuery(rulesOf(["Contract", "equals", "007"]), FIELDS);
    expect(query.rules[0]).toEqual({ field: "Contract", operator: "equals", value: "007" });
  });

  test("W23 rules without a value are named by their path", () => {
    const tree: Tree = {
      combinator: "and",
      rules: [
        { field: "Contract", operator: "equals", value: "" },
        { combinator: "or", rules: [{ field: "MonthlyCharges", operator: "between", value: [1, ""] }] },
        { field: "Churn", operator: "in", value: [] },
        { field: "Churn", operator: "is_not_empty", value: null },
        { field: "MonthlyCharges", operator: "equals", value: 0 },
      ],
    };
    expect(toQuery(tree, FIELDS).incomplete).toEqual([[0], [1, 0], [2]]);
  });

  test("W36 an inner group goes with its last condition; one that was empty before stays", () => {
    const rule = { id: "r", field: "Churn", operator: "equals", value: "Yes" };
    const inner = (rules: (typeof rule)[]): Tree => ({ id: "g", combinator: "or", rules });
    const around = (group: Tree): Tree => ({ id: "top", combinator: "and", rules: [rule, group] });
    expect(withoutEmptied(around(inner([rule])), around(inner([]))).rules).toEqual([rule]);
    expect(withoutEmptied(around(inner([])), around(inner([]))).rules).toHaveLength(2);
  });

  test("W24 a change of operator keeps what was typed", () => {
    const refit = (operator: string, value: unknown) => fitTree(rulesOf(["Contract", operator, value])).rules[0];
    expect(refit("in", "Two year")).toMatchObject({ value: ["Two year"] });
    expect(refit("equals", ["Two year", "One year"])).toMatchObject({ value: "Two year" });
    expect(refit("between", "5")).toMatchObject({ value: ["5", ""] });
    expect(refit("is_empty", "5")).toMatchObject({ value: null });
  });

  test("W25 a problem's path finds its rule", () => {
    expect(pathOfProblem("query.rules[2].rules[0].value")).toEqual([2, 0]);
    expect(pathOfProblem("query.conditions[1].operator")).toEqual([1]);
    expect(pathOfProblem("query.combinator")).toBeNull();
    expect(pathOfProblem(undefined)).toBeNull();
  });
});

function rulesOf(...rules: readonly (readonly [field: string, operator: string, value: unknown])[]): Tree {
  return { combinator: "and", rules: rules.map(([field, operator, value]) => ({ field, operator, value })) };
}
