import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { QueryGroup } from "../api/segments.ts";
import { fitTree, withoutEmptied, withoutTurn, withRule } from "./edits.ts";
import { fromQuery } from "./fromQuery.ts";
import { pathOfProblem } from "./marks.ts";
import { ruleAbout, subjectChoices } from "./subjects.ts";
import { toQuery } from "./toQuery.ts";
import type { Tree, TreeRule } from "./tree.ts";
import { sameJson } from "./values.ts";
import { lookupName, type Vocabulary } from "./vocabulary.ts";

const VOCABULARY: Vocabulary = {
  datasetId: "ds_customers",
  key: "id",
  fields: [
    { name: "Contract", type: "text" },
    { name: "MonthlyCharges", type: "number" },
    { name: "Churn", type: "text" },
    { name: "signed_on", type: "date" },
  ],
  lookups: [
    {
      relation: "store",
      fields: [
        { name: "region", type: "text" },
        { name: "size", type: "number" },
      ],
    },
  ],
  related: [
    {
      name: "purchases",
      dataset_id: "ds_purchases",
      fields: [
        { name: "amount", type: "number" },
        { name: "product", type: "text" },
        { name: "at", type: "datetime" },
      ],
    },
  ],
  functions: [],
};

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

const all = (...rules: unknown[]): QueryGroup => ({ combinator: "and", rules });

describe("the builder's tree", () => {
  test("W20 a query comes back from the tree as it went in", () => {
    expect(toQuery(fromQuery(NESTED), VOCABULARY).query).toEqual(NESTED);
  });

  test("W20 every kind of rule is edited, and comes back as it went in", () => {
    const rule = fc.letrec<{ rule: unknown; group: QueryGroup }>((tie) => ({
      rule: fc.oneof({ maxDepth: 3, depthIdentifier: "g" }, anyField(VOCABULARY), anyOther, anyRelated, tie("group")),
      group: anyGroup(tie("rule")),
    }));
    const seen = new Set<string>();
    fc.assert(
      fc.property(rule.group, (query) => {
        const tree = fromQuery(query);
        for (const { kind } of leaves(tree)) seen.add(kind ?? "field");
        expect(toQuery(tree, VOCABULARY)).toEqual({ query, incomplete: [] });
      }),
      { numRuns: 500 },
    );
    expect([...seen].sort()).toEqual(["field", "formula", "related", "segment"]);
  });

  test("W21 a rule the builder cannot edit is kept as it came, in its place", () => {
    const where = all();
    const rules = [
      { related: "purchases", quantifier: "most", where },
      { related: "purchases", quantifier: "any", where, within: { field: "at", since: "2026-01-01" } },
      { via: "store", field: "region", operator: "in", value: ["West"], weight: 2 },
      { field: "signed_on", operator: "in_last", value: "a while" },
      { segment: "seg_1", operator: "sometimes" },
      { score: "high" },
    ];
    const query: QueryGroup = { combinator: "or", rules };
    expect(fromQuery(query).rules.every((rule) => (rule as TreeRule).kind === "opaque")).toBe(true);
    expect(toQuery(fromQuery(query), VOCABULARY)).toEqual({ query, incomplete: [] });
  });

  test("W22 a number typed into a number field is sent as a number, other text as it was typed", () => {
    const tree = rulesOf(
      ["MonthlyCharges", "greater_than", "80"],
      ["MonthlyCharges", "equals", "eighty"],
      [lookupName("store", "size"), "equals", "7"],
      ["signed_on", "in_last", { n: "14", unit: "day" }],
    );
    const values = toQuery(tree, VOCABULARY).query.rules.map((rule) => (rule as { value: unknown }).value);
    expect(values).toEqual([80, "eighty", 7, { n: 14, unit: "day" }]);
  });

  test("W22 text that looks like a number stays text in a text field", () => {
    const { query } = toQuery(rulesOf(["Contract", "equals", "007"]), VOCABULARY);
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
    expect(toQuery(tree, VOCABULARY).incomplete).toEqual([[0], [1, 0], [2]]);
  });

  test("W61 a rule on related records is complete when what its measure needs is said", () => {
    const blank = ruleAbout("\u001erelated\u001epurchases", VOCABULARY);
    const incomplete = (part: Partial<NonNullable<TreeRule["asks"]>>, more: Partial<TreeRule> = {}) => {
      const rule = { ...blank, ...more, asks: { ...(blank.asks as NonNullable<TreeRule["asks"]>), ...part } };
      return toQuery({ combinator: "and", rules: [rule] }, VOCABULARY).incomplete;
    };
    const within = { field: "at", n: 30, unit: "day" };
    expect(incomplete({})).toEqual([]);
    expect(incomplete({ within })).toEqual([]);
    expect(incomplete({ within: { ...within, n: "" } })).toEqual([[0]]);
    expect(incomplete({ measure: "at_least", n: "" })).toEqual([[0]]);
    expect(incomplete({ measure: "at_most", n: 0 })).toEqual([]);
    expect(incomplete({ measure: "sum", of: "amount" })).toEqual([[0]]);
    expect(incomplete({ measure: "sum" }, { value: 5 })).toEqual([[0]]);
    expect(incomplete({ measure: "sum", of: "amount" }, { value: 5 })).toEqual([]);
    expect(incomplete({ measure: "last", of: "product" }, { operator: "is_empty" })).toEqual([[0]]);
    expect(incomplete({ measure: "last", of: "product", orderBy: "at" }, { operator: "is_empty" })).toEqual([]);
    const where = rulesOf(["amount", "greater_than", ""]);
    expect(incomplete({ where })).toEqual([[0, "where", 0]]);
  });

  test("W62 a menu offers fields, looked-up fields under their relation, related records, segments and formulas", () => {
    const choices = subjectChoices(VOCABULARY).map((choice) =>
      "group" in choice ? [choice.group, choice.items.map(({ label }) => label)] : choice.label,
    );
    expect(choices).toEqual([
      "Contract",
      "MonthlyCharges",
      "Churn",
      "signed_on",
      ["store", ["store › region", "store › size"]],
      ["Related records", ["purchases"]],
      ["Other", ["in a segment…", "formula…"]],
    ]);
  });

  test("W36 an inner group goes with its last condition; one that was empty before stays", () => {
    const rule = { id: "r", field: "Churn", operator: "equals", value: "Yes" };
    const inner = (rules: (typeof rule)[]): Tree => ({ id: "g", combinator: "or", rules });
    const around = (group: Tree): Tree => ({ id: "top", combinator: "and", rules: [rule, group] });
    expect(withoutEmptied(around(inner([rule])), around(inner([]))).rules).toEqual([rule]);
    expect(withoutEmptied(around(inner([])), around(inner([]))).rules).toHaveLength(2);
  });

  test("W36 conditions on related records that went leave no turned group behind", () => {
    const rule = { id: "r", field: "amount", operator: "equals", value: 1 };
    const where: Tree = { id: "w", combinator: "or", not: true, rules: [rule] };
    expect(withoutTurn(where)).toBe(where);
    expect(withoutTurn({ ...where, rules: [] })).toEqual({ id: "w", combinator: "and", rules: [] });
  });

  test("W24 a change of operator keeps what was typed", () => {
    const refit = (operator: string, value: unknown) => fitTree(rulesOf(["Contract", operator, value])).rules[0];
    expect(refit("in", "Two year")).toMatchObject({ value: ["Two year"] });
    expect(refit("equals", ["Two year", "One year"])).toMatchObject({ value: "Two year" });
    expect(refit("between", "5")).toMatchObject({ value: ["5", ""] });
    expect(refit("is_empty", "5")).toMatchObject({ value: null });
    expect(refit("in_last", "5")).toMatchObject({ value: { n: 30, unit: "day" } });
    expect(refit("in_next", { n: 2, unit: "week" })).toMatchObject({ value: { n: 2, unit: "week" } });
    expect(refit("in_period", { n: 2, unit: "week" })).toMatchObject({ value: "" });
    expect(refit("on", { n: 2, unit: "week" })).toMatchObject({ value: "" });
  });

  test("W25 a problem's path finds its rule", () => {
    expect(pathOfProblem("query.rules[2].rules[0].value")).toEqual([2, 0]);
    expect(pathOfProblem("query.conditions[1].operator")).toEqual([1]);
    expect(pathOfProblem("query.rules[2].where.rules[0].value.n")).toEqual([2, "where", 0]);
    expect(pathOfProblem("query.rules[2].within.field")).toEqual([2]);
    expect(pathOfProblem("query.rules[2].where")).toEqual([2]);
    expect(pathOfProblem("query.rules[2].where.combinator")).toEqual([2]);
    expect(pathOfProblem("query.combinator")).toBeNull();
    expect(pathOfProblem(undefined)).toBeNull();
  });
});

test("W20 a rule takes the place of another, and two pieces of JSON say the same in any order", () => {
  const tree = {
    combinator: "and",
    rules: [{ id: "g", combinator: "or", rules: [{ id: "a" }, { id: "b" }] }],
  } as never;
  const next = withRule(tree, [0, 1], { kind: "segment", field: "", operator: "member", value: "seg_1" });
  expect(next).toMatchObject({ rules: [{ rules: [{ id: "a" }, { id: "b", kind: "segment", value: "seg_1" }] }] });
  expect([sameJson({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 }), sameJson([1, 2], [2, 1])]).toEqual([
    true,
    false,
  ]);
});

function leaves(tree: Tree): TreeRule[] {
  return tree.rules.flatMap((rule) => ("rules" in rule ? leaves(rule as Tree) : [rule]));
}

const span = fc.record({ n: fc.integer({ min: 1, max: 400 }), unit: fc.constantFrom("day", "week", "hour", "year") });
const word = fc.string({ minLength: 1, maxLength: 5 }).filter((text) => text.trim() !== "");
const noValue = fc.constantFrom("is_empty", "is_not_empty");

/** Operator and value of a condition on a type. */
function comparison(type: string) {
  const cases = {
    text: [
      { operator: fc.constantFrom("equals", "contains"), value: word },
      { operator: fc.constant("not_in"), value: fc.array(word, { minLength: 1, maxLength: 3 }) },
      { operator: fc.constant("starts_with"), value: word, match_case: fc.constant(true) },
    ],
    number: [
      { operator: fc.constantFrom("equals", "less_than"), value: fc.double({ noNaN: true, noDefaultInfinity: true }) },
      { operator: fc.constant("between"), value: fc.tuple(fc.integer(), fc.integer()) },
    ],
    date: [
      { operator: fc.constantFrom("in_last", "not_in_last", "in_next"), value: span },
      { operator: fc.constant("in_period"), value: fc.constantFrom("today", "last_quarter") },
      { operator: fc.constantFrom("on", "before"), value: fc.constant("2026-11-21") },
    ],
  };
  const some = cases[type === "datetime" ? "date" : (type as keyof typeof cases)];
  return fc.oneof(fc.record({ operator: noValue }), ...some.map((parts) => fc.record<object>(parts)));
}

function anyField({ fields, lookups }: Vocabulary): fc.Arbitrary<unknown> {
  const own = fields.map(({ name, type }) => comparison(type).map((said) => ({ field: name, ...said })));
  const lookedUp = lookups.flatMap(({ relation, fields }) =>
    fields.map(({ name, type }) => comparison(type).map((said) => ({ via: relation, field: name, ...said }))),
  );
  return fc.oneof(...own, ...lookedUp);
}

function anyGroup(rule: fc.Arbitrary<unknown>): fc.Arbitrary<QueryGroup> {
  return fc.record(
    {
      combinator: fc.constantFrom("and" as const, "or" as const),
      not: fc.constant(true as const),
      rules: fc.array(rule, { maxLength: 4 }),
    },
    { requiredKeys: ["combinator", "rules"] },
  );
}

const anyOther = fc.oneof(
  fc.record({ segment: word, operator: fc.constantFrom("member", "not_member") }),
  fc.record({ formula: word }),
);

const where = anyGroup(fc.oneof(anyField({ ...VOCABULARY, ...VOCABULARY.related[0], lookups: [] }), anyOther));
const within = fc.record({ field: fc.constant("at"), last: span });
const related = { related: fc.constant("purchases"), where };
const optional = (parts: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record<object>(
    { ...related, ...parts, within },
    { requiredKeys: ["related", "where", ...Object.keys(parts)] as never[] },
  );
const compared = (type: string, parts: Record<string, fc.Arbitrary<unknown>>) =>
  fc.tuple(optional(parts), comparison(type)).map(([asked, said]) => ({ ...asked, ...said }));

const anyRelated = fc.oneof(
  optional({ quantifier: fc.constantFrom("any", "all", "none") }),
  optional({ quantifier: fc.constantFrom("at_least", "at_most", "exactly"), n: fc.nat(20) }),
  compared("number", { aggregate: fc.constant("count") }),
  compared("number", { aggregate: fc.constantFrom("sum", "average", "min"), of: fc.constant("amount") }),
  compared("number", { aggregate: fc.constant("count_distinct"), of: fc.constant("product") }),
  compared("date", { aggregate: fc.constant("max"), of: fc.constant("at") }),
  compared("text", {
    aggregate: fc.constantFrom("first", "last"),
    of: fc.constant("product"),
    order_by: fc.constant("at"),
  }),
);

function rulesOf(...rules: readonly (readonly [field: string, operator: string, value: unknown])[]): Tree {
  return { combinator: "and", rules: rules.map(([field, operator, value]) => ({ field, operator, value })) };
}
