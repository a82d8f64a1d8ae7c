/** Rules that reach beyond the record's own fields, and windows over time: what is accepted, and what refusals say. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../platform/problem.ts";
import { compile } from "../plan/compile.ts";
import { anyFullQuery } from "../testing/arbitrary-queries.ts";
import { shop } from "../testing/shop.ts";
import { parseQuery } from "./parse.ts";
import type { QuerySchema } from "./schema.ts";

const all = (...rules: unknown[]) => ({ combinator: "and", rules });
const rule = (field: string, operator: string, value?: unknown) => ({ field, operator, value });
const amount = rule("amount", "greater_than", 50);
const last = (n: unknown, unit: unknown) => ({ n, unit });

/** The one rule of a query, as it is read. */
function accepted(input: unknown, schema: QuerySchema = shop): unknown {
  const parsed = parseQuery(all(input), schema);
  if (!parsed.ok) throw new Error(parsed.problem.detail);
  return parsed.value.rules[0];
}

function refused(input: unknown, schema: QuerySchema = shop): Problem {
  const parsed = parseQuery(all(input), schema);
  if (parsed.ok) throw new Error(`accepted ${JSON.stringify(input)}`);
  expect(parsed.problem.status).toBe(422);
  expect(parsed.problem.detail).toMatch(/[.?]$/);
  return { ...parsed.problem, path: parsed.problem.path?.replace("query.rules[0]", "") ?? "" };
}

describe("windows over time", () => {
  test.each([
    ["seen_at", "in_last", last(30, "day"), last(30, "day")],
    ["seen_at", "not_in_last", last("30", "minute"), last(30, "minute")],
    ["born", "in_next", last(100_000, "year"), last(100_000, "year")],
    ["born", "in_period", "last_quarter", "last_quarter"],
  ])("Q50 Q52 %s %s %j is kept as %j", (field, operator, value, kept) => {
    expect(accepted(rule(field, operator, value))).toMatchObject({ operator, value: kept });
  });

  test.each([
    ["in_last", undefined, ".value"],
    ["in_last", 30, ".value"],
    ["in_last", "30 days", ".value"],
    ["in_last", [30, "day"], ".value"],
    ["in_last", last(0, "day"), ".value.n"],
    ["in_last", last(-1, "day"), ".value.n"],
    ["in_next", last(1.5, "day"), ".value.n"],
    ["in_next", last("1,000", "day"), ".value.n"],
    ["in_next", last(100_001, "day"), ".value.n"],
    ["not_in_last", last(null, "day"), ".value.n"],
    ["not_in_last", last(1, undefined), ".value.unit"],
    ["in_period", "next_week", ".value"],
    ["in_period", undefined, ".value"],
    ["in_period", { n: 1, unit: "day" }, ".value"],
  ])("Q50 Q52 %s %j is refused at its place", (operator, value, path) => {
    expect(refused(rule("seen_at", operator, value))).toMatchObject({ code: "invalid_value", path });
  });

  test("Q50 an unknown unit, Q52 an unknown period is refused with the nearest", () => {
    const unit = refused(rule("seen_at", "in_last", last(2, "days")));
    expect(unit.detail).toContain('Did you mean "day"?');
    expect(unit.facts?.choices).toEqual(["minute", "hour", "day", "week", "month", "quarter", "year"]);
    const period = refused(rule("seen_at", "in_period", "lastweek"));
    expect(period.detail).toContain('Did you mean "last_week"?');
    expect(period.facts?.choices).toHaveLength(11);
    expect(refused(rule("seen_at", "in_last", { ...last(2, "day"), from: "now" })).path).toBe(".value");
  });

  test("Q51 a date field has no minutes and hours", () => {
    for (const operator of ["in_last", "not_in_last", "in_next"]) {
      const problem = refused(rule("born", operator, last(3, "hour")));
      expect(problem).toMatchObject({ code: "invalid_value", path: ".value.unit" });
      expect(accepted(rule("seen_at", operator, last(3, "hour")))).toBeDefined();
    }
  });

  test("Q51 Q19 hours over a field that became a date no longer fit", () => {
    const parsed = parseQuery(all(rule("seen_at", "in_last", last(3, "hour"))), shop);
    if (!parsed.ok) return expect.fail(parsed.problem.detail);
    const fields = shop.fields.map((field) => (field.name === "seen_at" ? { ...field, type: "date" as const } : field));
    expect(() => compile(parsed.value, { fields, timeZone: "UTC" })).toThrow(/no longer fits/);
    expect(() => compile(parsed.value, { fields: shop.fields, timeZone: "UTC" })).not.toThrow();
  });

  test("Q10 windows are for dates and datetimes", () => {
    expect(refused(rule("state", "in_last", last(1, "day"))).code).toBe("operator_type_mismatch");
    expect(refused(rule("spend", "in_period", "today")).code).toBe("operator_type_mismatch");
  });
});

describe("looked-up fields", () => {
  test("Q53 the field, its operators and its value are the looked-up dataset's", () => {
    expect(accepted({ via: "store", ...rule("region", "in", ["West"]) })).toEqual({
      via: "rel_3",
      field: 0,
      operator: "in",
      value: ["West"],
    });
    expect(accepted({ via: "store", ...rule("opened_on", "in_period", "this_year") })).toMatchObject({ field: 1 });
    expect(refused({ via: "store", ...rule("state", "equals", "CA") })).toMatchObject({
      code: "unknown_field",
      path: ".field",
    });
    expect(refused({ via: "store", ...rule("size", "equals", "big") })).toMatchObject({
      code: "invalid_value",
      path: ".value",
    });
    expect(accepted({ via: null, ...rule("state", "equals", "CA") })).not.toHaveProperty("via");
  });

  test("Q54 a relation that is not there is refused with the nearest name", () => {
    const problem = refused({ via: "stor", ...rule("region", "is_empty") });
    expect(problem).toMatchObject({ code: "unknown_relation", path: ".via", facts: { suggestion: "store" } });
    expect(refused({ related: "purchase", quantifier: "any" })).toMatchObject({
      code: "unknown_relation",
      path: ".related",
      facts: { suggestion: "purchases", choices: ["purchases", "visits"] },
    });
    expect(refused({ via: 1, ...rule("region", "is_empty") })).toMatchObject({ code: "malformed_query", path: ".via" });
    expect(refused({ quantifier: "any" })).toMatchObject({ code: "malformed_query", path: ".related" });
    const alone = { fields: shop.fields };
    expect(refused({ related: "purchases", quantifier: "any" }, alone).detail).toMatch(/declare a relation/);
    expect(refused({ via: "store", ...rule("region", "is_empty") }, alone).detail).toMatch(/declare a relation/);
  });

  test("Q54 a relation of the other kind is refused with the way to ask it", () => {
    expect(refused({ via: "purchases", ...amount }).detail).toContain('"related"');
    expect(refused({ related: "store", quantifier: "any" }).detail).toContain('"via"');
  });

  test("Q55 a lookup goes one step", () => {
    const where = all({ via: "store", ...rule("region", "is_empty") });
    expect(refused({ related: "purchases", quantifier: "any", where })).toMatchObject({
      code: "rule_not_allowed",
      path: ".where.rules[0].via",
    });
  });
});

describe("related records", () => {
  test("Q56 a rule has a quantifier or an aggregate", () => {
    expect(accepted({ related: "purchases", quantifier: "any", where: all(amount) })).toEqual({
      related: "rel_1",
      quantifier: "any",
      where: all({ field: 1, operator: "greater_than", value: 50 }),
    });
    expect(refused({ related: "purchases" })).toMatchObject({ code: "malformed_query", path: "" });
    const both = { related: "purchases", quantifier: "any", aggregate: "count", operator: "equals", value: 1 };
    expect(refused(both)).toMatchObject({ code: "malformed_query", path: "" });
  });

  test("Q56 an unknown quantifier or aggregate is refused with the nearest", () => {
    const quantifier = refused({ related: "purchases", quantifier: "atleast", n: 1 });
    expect(quantifier).toMatchObject({ code: "invalid_value", path: ".quantifier" });
    expect(quantifier.detail).toContain('Did you mean "at_least"?');
    const aggregate = refused({ related: "purchases", aggregate: "averge", of: "amount" });
    expect(aggregate).toMatchObject({ code: "invalid_value", path: ".aggregate" });
    expect(aggregate.detail).toContain('Did you mean "average"?');
    expect(refused({ related: "purchases", quantifier: "toString" }).path).toBe(".quantifier");
  });

  test("Q57 n belongs to the quantifiers that count, and is a whole number from 0", () => {
    for (const quantifier of ["at_least", "at_most", "exactly"]) {
      expect(accepted({ related: "purchases", quantifier, n: "2" })).toMatchObject({ quantifier, n: 2 });
      expect(accepted({ related: "purchases", quantifier, n: 0 })).toMatchObject({ n: 0 });
      for (const n of [undefined, -1, 1.5, "many", 2e9]) {
        expect(refused({ related: "purchases", quantifier, n })).toMatchObject({ code: "invalid_value", path: ".n" });
      }
    }
    for (const quantifier of ["any", "all", "none"]) {
      expect(accepted({ related: "purchases", quantifier })).toMatchObject({ quantifier });
      expect(refused({ related: "purchases", quantifier, n: 1 })).toMatchObject({ code: "invalid_value", path: ".n" });
    }
  });

  test("Q58 where is about the related records, and without it every one counts", () => {
    const asked = { related: "purchases", quantifier: "none" };
    expect(accepted(asked)).toMatchObject({ where: all() });
    expect(accepted({ ...asked, where: null })).toEqual(accepted({ ...asked, where: all() }));
    expect(accepted({ ...asked, where: { conditions: [amount], logic: "OR" } })).toMatchObject({
      where: { combinator: "or", rules: [{ field: 1 }] },
    });
    expect(refused({ ...asked, where: all(rule("state", "is_empty")) })).toMatchObject({
      code: "unknown_field",
      path: ".where.rules[0].field",
    });
    expect(refused({ ...asked, where: {} })).toMatchObject({ code: "malformed_query", path: ".where.rules" });
    expect(refused({ ...asked, where: [amount] })).toMatchObject({ code: "malformed_query", path: ".where" });
  });

  test("Q59 within names a date of the related records, and how long ago", () => {
    const asked = { related: "purchases", quantifier: "any" };
    const within = (field: unknown, span: unknown) => ({ ...asked, within: { field, last: span } });
    expect(accepted(within("purchased_on", last("30", "day")))).toMatchObject({
      within: { field: 2, last: { n: 30, unit: "day" } },
    });
    expect(refused(within("amount", last(1, "day")))).toMatchObject({
      code: "aggregate_type_mismatch",
      path: ".within.field",
      facts: { choices: ["purchased_on"] },
    });
    expect(refused(within("purchased_on", last(1, "hour")))).toMatchObject({ path: ".within.last.unit" });
    expect(refused(within("purchased", last(1, "day")))).toMatchObject({
      code: "unknown_field",
      path: ".within.field",
    });
    expect(refused(within("purchased_on", 30))).toMatchObject({ code: "invalid_value", path: ".within.last" });
    expect(refused({ ...asked, within: 30 })).toMatchObject({ code: "malformed_query", path: ".within" });
    expect(
      accepted({ related: "visits", quantifier: "any", within: { field: "ended_at", last: last(1, "hour") } }),
    ).toMatchObject({ within: { field: 2 } });
  });

  const aggregate = (name: string, of?: string, more: object = {}) => ({
    related: "purchases",
    aggregate: name,
    ...(of === undefined ? {} : { of }),
    operator: "is_not_empty",
    ...more,
  });
  const byDate = { order_by: "purchased_on" };

  test.each([
    [aggregate("count"), { aggregate: "count" }],
    [aggregate("count_distinct", "sku"), { of: 3 }],
    [aggregate("sum", "amount"), { of: 1 }],
    [aggregate("average", "amount"), { of: 1 }],
    [aggregate("min", "amount"), { of: 1 }],
    [aggregate("max", "purchased_on"), { of: 2 }],
    [aggregate("first", "sku", byDate), { of: 3, order_by: 2 }],
    [aggregate("last", "amount", { order_by: "amount" }), { of: 1, order_by: 1 }],
  ])("Q60 Q61 %j is accepted", (input, kept) => {
    expect(accepted(input)).toMatchObject(kept);
  });

  test.each([
    [aggregate("sum", "sku"), ".of"],
    [aggregate("average", "purchased_on"), ".of"],
    [aggregate("min", "sku"), ".of"],
    [aggregate("count_distinct", "labels"), ".of"],
    [aggregate("last", "labels", byDate), ".of"],
    [aggregate("first", "amount", { order_by: "sku" }), ".order_by"],
  ])("Q60 %j is refused with the fields that fit", (input, path) => {
    const problem = refused(input);
    expect(problem).toMatchObject({ code: "aggregate_type_mismatch", path });
    expect(problem.facts?.choices).not.toHaveLength(0);
  });

  test.each([
    [aggregate("sum"), "malformed_query", ".of"],
    [aggregate("sum", "amont"), "unknown_field", ".of"],
    [aggregate("count", "amount"), "invalid_value", ".of"],
    [aggregate("first", "sku"), "malformed_query", ".order_by"],
    [aggregate("last", "sku", { order_by: "when" }), "unknown_field", ".order_by"],
    [aggregate("max", "amount", byDate), "invalid_value", ".order_by"],
  ])("Q61 %j is refused", (input, code, path) => {
    expect(refused(input)).toMatchObject({ code, path });
  });

  test("Q62 the result's type decides the operators and reads the value", () => {
    const asked = (name: string, of: string | undefined, operator: string, value: unknown, more: object = {}) =>
      aggregate(name, of, { operator, value, ...more });
    expect(accepted(asked("count", undefined, "between", ["1", 2]))).toMatchObject({ value: [1, 2] });
    expect(accepted(asked("sum", "amount", "greater_or_equal", "500"))).toMatchObject({ value: 500 });
    expect(accepted(asked("max", "purchased_on", "in_last", last(1, "week")))).toMatchObject({ operator: "in_last" });
    expect(accepted({ ...asked("last", "sku", "starts_with", "A", byDate), match_case: true })).toMatchObject({
      operator: "starts_with",
      match_case: true,
    });
    const text = refused(asked("count_distinct", "sku", "contains", "A"));
    expect(text).toMatchObject({ code: "operator_type_mismatch", path: ".operator", facts: { field_type: "number" } });
    expect(text.detail).toContain("the number of distinct");
    const words = refused(asked("sum", "amount", "equals", "a lot"));
    expect(words).toMatchObject({ code: "invalid_value", path: ".value" });
    expect(words.detail).toMatch(/^The sum of "amount" is a number/);
    expect(refused(asked("max", "purchased_on", "in_last", last(1, "hour")))).toMatchObject({ path: ".value.unit" });
    expect(refused({ related: "purchases", aggregate: "count" })).toMatchObject({ path: ".operator" });
  });

  test("Q63 related records have no related records", () => {
    const where = all({ related: "visits", quantifier: "any" });
    const problem = refused({ related: "purchases", quantifier: "any", where });
    expect(problem).toMatchObject({ code: "rule_not_allowed", path: ".where.rules[0].related" });
  });

  test("Q64 what stands in where counts towards the query's limits", () => {
    const many = (count: number) => Array.from({ length: count }, () => amount);
    const with_ = (count: number) => all({ related: "purchases", quantifier: "any", where: all(...many(count)) });
    expect(parseQuery(with_(199), shop).ok).toBe(true);
    expect(parseQuery(with_(200), shop)).toMatchObject({ problem: { code: "too_many_conditions" } });
    const nested = (depth: number): unknown => (depth === 0 ? amount : all(nested(depth - 1)));
    const deep = (depth: number) => all({ related: "purchases", quantifier: "any", where: nested(depth) });
    expect(parseQuery(deep(7), shop).ok).toBe(true);
    expect(parseQuery(deep(8), shop)).toMatchObject({ problem: { code: "query_too_deep" } });
    const wheres = all(
      ...Array.from({ length: 150 }, () => ({ related: "purchases", quantifier: "any", where: all() })),
    );
    expect(parseQuery(wheres, shop).ok).toBe(true);
    expect(parseQuery(all(...wheres.rules, ...Array.from({ length: 51 }, () => all())), shop)).toMatchObject({
      problem: { code: "too_many_conditions" },
    });
  });
});

describe("segments in segments", () => {
  test("Q65 a segment of the dataset of the group in which the rule stands", () => {
    expect(accepted({ segment: "seg_loyal", operator: "member" })).toEqual({
      segment: "seg_loyal",
      operator: "member",
    });
    const where = (segment: string) => all({ segment, operator: "not_member" });
    expect(accepted({ related: "purchases", quantifier: "any", where: where("seg_returns") })).toMatchObject({
      where: { rules: [{ segment: "seg_returns", operator: "not_member" }] },
    });
    expect(refused({ segment: "seg_returns", operator: "member" })).toMatchObject({ code: "unknown_segment" });
    expect(refused({ related: "purchases", quantifier: "any", where: where("seg_loyal") })).toMatchObject({
      code: "unknown_segment",
      path: ".where.rules[0].segment",
    });
  });

  test("Q66 a name in place of an id is answered with the id", () => {
    const problem = refused({ segment: "loyal", operator: "member" });
    expect(problem).toMatchObject({ code: "unknown_segment", path: ".segment", facts: { suggestion: "seg_loyal" } });
    expect(problem.detail).toContain("seg_loyal");
    expect(refused({ segment: "zzz", operator: "member" }).facts).toEqual({});
    expect(refused({ segment: 5, operator: "member" })).toMatchObject({ code: "malformed_query", path: ".segment" });
  });

  test("Q67 a record is a member or not", () => {
    expect(refused({ segment: "seg_loyal" })).toMatchObject({ code: "malformed_query", path: ".operator" });
    const problem = refused({ segment: "seg_loyal", operator: "notmember" });
    expect(problem).toMatchObject({ code: "unknown_operator", path: ".operator" });
    expect(problem.detail).toContain('Did you mean "not_member"?');
    expect(refused(rule("state", "member", "seg_loyal")).detail).toContain('{"segment"');
  });
});

describe("formulas", () => {
  test("Q68 a formula rule is true or false, and kept as it was written", () => {
    const formula = "spend > 100 && length(state) == 2";
    expect(accepted({ formula })).toMatchObject({ formula, expr: { kind: "call", type: "boolean" } });
    expect(accepted({ formula: "active" })).toMatchObject({ expr: { kind: "field", field: 2 } });
    expect(accepted({ formula: 'store.region == "West"' })).toMatchObject({ expr: { type: "boolean" } });
    const problem = refused({ formula: "spend * 2" });
    expect(problem).toMatchObject({ code: "formula_not_boolean", path: ".formula", facts: { type: "number" } });
    expect(problem.detail).toContain("> 3");
    expect(refused({ formula: 5 })).toMatchObject({ code: "malformed_query", path: ".formula" });
    expect(refused({ formula: "spend >" })).toMatchObject({ path: ".formula" });
    expect(refused({ formula: "spnd > 1" })).toMatchObject({ code: "unknown_field", path: ".formula" });
  });

  test("Q69 inside of related.where a formula reads the related records' fields", () => {
    const where = (formula: string) => ({ related: "purchases", quantifier: "any", where: all({ formula }) });
    expect(accepted(where("amount > 5"))).toMatchObject({ where: { rules: [{ formula: "amount > 5" }] } });
    expect(refused(where("spend > 5"))).toMatchObject({ code: "unknown_field", path: ".where.rules[0].formula" });
    expect(refused(where('store.region == "West"'))).toMatchObject({ path: ".where.rules[0].formula" });
  });
});

test.each([
  [{ related: "purchases", quantifier: "any", oder_by: "amount" }, ""],
  [{ related: "purchases", quantifier: "any", value: 5 }, ""],
  [{ related: "purchases", quantifer: "any" }, ""],
  [{ related: "purchases", aggregate: "count", n: 1, operator: "equals", value: 1 }, ""],
  [
    { related: "purchases", quantifier: "any", within: { field: "purchased_on", last: last(1, "day"), next: 1 } },
    ".within",
  ],
  [{ formula: "active", operator: "is_true" }, ""],
  [{ segment: "seg_loyal", operator: "member", value: true }, ""],
  [{ segment: "seg_loyal", operator: "member", field: "state" }, ""],
])("Q72 a key that means nothing in %j is refused", (input, path) => {
  expect(refused(input)).toMatchObject({ code: "malformed_query", path });
});

test("Q14 no part of a query, changed into anything, makes the parser throw, and what it accepts compiles", () => {
  let [yes, no] = [0, 0];
  const replacement = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(undefined, "amount", "state", "store", "purchases", "count", "any", "seg_loyal", { n: 1 }),
  );
  fc.assert(
    fc.property(anyFullQuery(shop), fc.nat(), replacement, (json, pick, other) => {
      const parsed = parseQuery(mutated(json, pick, other), shop);
      if (!parsed.ok) {
        expect(parsed.problem).toMatchObject({ status: 422, path: expect.stringMatching(/^query/) });
        no++;
      } else {
        compile(parsed.value, { ...shop, timeZone: "UTC" });
        yes++;
      }
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(yes, no)).toBeGreaterThan(20);
});

/** The tree with one of its parts replaced. */
function mutated(tree: unknown, pick: number, other: unknown): unknown {
  const root = { tree: structuredClone(tree) };
  const places: [Record<string, unknown>, string][] = [];
  const walk = (holder: object) => {
    for (const [key, child] of Object.entries(holder)) {
      places.push([holder as Record<string, unknown>, key]);
      if (typeof child === "object" && child !== null) walk(child);
    }
  };
  walk(root);
  const [holder, key] = places[pick % places.length] as [Record<string, unknown>, string];
  holder[key] = other;
  return root.tree;
}
