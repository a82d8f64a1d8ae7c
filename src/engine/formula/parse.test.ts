import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lookupField, lookupThere } from "../plan/lookup-field.ts";
import type { QuerySchema } from "../query/schema.ts";
import type { Field } from "../values/types.ts";
import { evaluateExpr, FORMULA_FUNCTIONS, parseFormula } from "./index.ts";
import { MAX_LEVELS, MAX_PARTS, MAX_SOURCE } from "./limits.ts";
import { accepted, refused } from "./testing/evaluate.ts";

const fields: readonly Field[] = [
  { id: 0, name: "state", type: "text" },
  { id: 1, name: "Monthly Charges", type: "number" },
  { id: 2, name: "orders", type: "number" },
  { id: 3, name: "active", type: "boolean" },
  { id: 4, name: "signup", type: "date" },
  { id: 5, name: "seen", type: "datetime" },
  { id: 6, name: "tags", type: "text_array" },
  { id: 7, name: "a.b", type: "number" },
  { id: 8, name: "tick ` tock", type: "number" },
  { id: 9, name: "not", type: "boolean" },
  { id: 10, name: "min", type: "number" },
  { id: 11, name: "größe", type: "number" },
  { id: 12, name: "per_order", type: "number", formula: "`Monthly Charges` / orders" },
  { id: 13, name: "grade", type: "text", formula: 'if(per_order > 10, "gold", state)' },
  { id: 14, name: "ring", type: "number", formula: "ring_2 + 1" },
  { id: 15, name: "ring_2", type: "number", formula: "orders + ring" },
  { id: 16, name: "broken", type: "number", formula: "gone + 1" },
];
const store: Field[] = [
  { id: 3, name: "region", type: "text" },
  { id: 4, name: "Opened on", type: "date" },
  { id: 5, name: "size", type: "number", formula: "length(region) * 2" },
  { id: 6, name: "far", type: "text", formula: "city.name" },
];
const relation = { number: 2, field: 0, dataset_id: "ds_2" };
const schema: QuerySchema = {
  fields,
  relations: [
    { ...relation, id: "rel_1", kind: "belongs_to", name: "store", fields: store },
    { ...relation, id: "rel_2", kind: "has_many", name: "purchases", fields: [] },
  ],
};
const ok = (source: string) => accepted(source, schema);
const no = (source: string) => refused(source, schema);
const field = (id: number, type: Field["type"]) => ({ kind: "field", type, field: id });

describe("names", () => {
  test.each([
    ["state", field(0, "text")],
    ["`state`", field(0, "text")],
    ["`Monthly Charges`", field(1, "number")],
    ["größe", field(11, "number")],
    ["`a.b`", field(7, "number")],
    ["`tick `` tock`", field(8, "number")],
    ["`not`", field(9, "boolean")],
    ["min", field(10, "number")],
  ])("E3 %s is a field", (source, expr) => {
    expect(ok(source).expr).toEqual(expr);
  });

  test.each([
    ["store.region", field(lookupField(2, 3), "text")],
    ["`store`.`Opened on`", field(lookupField(2, 4), "date")],
    ["store . `region`", field(lookupField(2, 3), "text")],
  ])("E4 %s is a looked-up field", (source, expr) => {
    expect(ok(source).expr).toEqual(expr);
  });

  test.each([
    ["store", "store.region", undefined],
    ["purchases", "related", undefined],
    ["purchases.amount", "related", undefined],
    ["a.b > 1", "`a.b`", "`a.b`"],
    ["stor.region", "store.region", "store.region"],
    ["store.regoin", "store.region", "store.region"],
    ["store.far", "lookups go one step", undefined],
    ["store.", "name of a field", undefined],
  ])("E4 %s is refused", (source, detail, suggestion) => {
    const { detail: said, facts } = no(source);
    expect(said).toContain(detail);
    expect(facts?.suggestion).toBe(suggestion);
  });

  test.each([
    ["sttae == 1", "unknown_field", "state"],
    ["1 + monthly_charges", "unknown_field", "`Monthly Charges`"],
    ["roud(1)", "unknown_function", "round"],
    ["day_since(signup)", "unknown_function", "days_since"],
  ])("E15 %s: %s, did you mean %s?", (source, code, suggestion) => {
    const problem = no(source);
    expect(problem).toMatchObject({ code, facts: { suggestion } });
    expect(problem.detail).toContain(`Did you mean ${suggestion}?`);
  });

  test("E15 where no name is near, the functions are listed", () => {
    expect(no("xyzzyxyzzy(1)")).toMatchObject({ facts: { choices: FORMULA_FUNCTIONS.map(({ name }) => name) } });
    expect(no("concat > 1").detail).toContain("concat(a, b, …)");
  });
});

describe("computed fields", () => {
  test("E10 a computed field stands for its formula, in formulas of computed fields too", () => {
    expect(ok("per_order").expr).toEqual(ok("`Monthly Charges` / orders").expr);
    expect(ok("grade == 'x'").expr).toEqual(ok("if(`Monthly Charges` / orders > 10, 'gold', state) == 'x'").expr);
    const size = ok("length(store.region) * 2").expr;
    const there = { kind: "field", type: "boolean", field: lookupThere(2) };
    const looked = {
      kind: "call",
      type: "number",
      name: "if",
      args: [there, size, { kind: "literal", type: "number", value: null }],
    };
    expect(ok("store.size + 1").expr).toMatchObject({ name: "+", args: [looked, { value: 1 }] });
  });

  test("E10 a circle is refused with the circle", () => {
    expect(no("ring > 1")).toMatchObject({ code: "formula_circle", facts: { circle: ["ring", "ring_2", "ring"] } });
    expect(no("1 + ring_2").detail).toContain("ring_2 → ring → ring_2");
    const own = {
      ...schema,
      fields: [...fields, { id: 20, name: "self", type: "number", formula: "self + 1" } as Field],
    };
    expect(refused("self + 1", own)).toMatchObject({ code: "formula_circle", facts: { circle: ["self", "self"] } });
  });

  test("E10 a computed field that no longer holds is refused with its name and what is wrong in it", () => {
    const problem = no("orders + broken");
    expect(problem).toMatchObject({ code: "unknown_field", facts: { position: 10, computed_field: "broken" } });
    expect(problem.detail).toContain('no field "gone"');
  });

  test("E17 reads names stored fields only, its own and those of computed fields, ascending", () => {
    expect(ok("orders > 1 and grade == store.region").reads).toEqual([0, 1, 2, lookupField(2, 3)]);
    expect(ok("today()").reads).toEqual([]);
  });
});

describe("form", () => {
  test.each([
    ["active and orders > 1 or not active", "(active && (orders > 1)) || (!active)"],
    ["not active and active", "(not active) and active"],
    ["not orders == 1", "not (orders == 1)"],
    ["!orders == 1", "not (orders == 1)"],
    ["!!active", "not (not active)"],
    ["active == not active", "active == (not active)"],
    ["active or active and active", "active or (active and active)"],
    ["orders + 2 * 3 - 4 > -orders", "((orders + (2 * 3)) - 4) > (-orders)"],
    ["orders - 1 - 2", "(orders - 1) - 2"],
    ["orders / 2 * 3 % 4", "((orders / 2) * 3) % 4"],
    ["- orders * 2", "(-orders) * 2"],
    ["orders * - 2", "orders * (-2)"],
    ["- - orders", "-(-orders)"],
    ["orders >= 1", "1 <= orders"],
    ["orders > 1", "1 < orders"],
    ["orders != 1", "not orders == 1"],
    ["days_since(signup)", "days_between(signup, today())"],
  ])("E6 %s is %s", (source, bracketed) => {
    expect(ok(source).expr).toEqual(ok(bracketed).expr);
  });

  test.each([
    ["active AND NOT active", "active && !active"],
    ["active Or TRUE", "active || true"],
    ["IF(active, Round(orders), MIN(1, 2))", "if(active, round(orders), min(1, 2))"],
  ])("E5 %s is %s", (source, plain) => {
    expect(ok(source).expr).toEqual(ok(plain).expr);
  });

  test.each([
    ["1.50", 1.5],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["-2", -2],
    [`"a\\n\\t\\r\\\\\\"'"`, `a\n\t\r\\"'`],
    [`'it\\'s "so"'`, `it's "so"`],
    ['"\\u0041\\u{1F600}"', "A😀"],
    ['"\\ud83d\\ude00"', "😀"],
    ['"\\ud800"', "\ufffd"],
    ['"two\nlines"', "two\nlines"],
    ["true", true],
  ])("E7 %s is a literal", (source, value) => {
    expect(ok(source).expr).toMatchObject({ kind: "literal", value });
  });

  test.each([
    "007",
    "1234567890123456",
    "1e999",
    "1.2.3",
    "12abc",
    '"\\q"',
    '"\\u12"',
    '"abc',
    "'abc",
    "`abc",
    "``",
    '"\\u{110000}"',
  ])("E7 %s is refused", (source) => {
    expect(no(source).code).toBe("malformed_formula");
  });

  test.each(["1 < 2 < 3", "orders == 1 == true"])("E9 %s is refused with the two comparisons", (source) => {
    expect(no(source).detail).toContain(" and ");
  });

  test.each([
    ["orders = 1", 8, "Write =="],
    ["orders === 1", 8, "Write =="],
    ["orders <> 1", 8, "Write !="],
    ["active & active", 8, "&&"],
    ["active | active", 8, "||"],
    ["active ? 1 : 2", 8, "if(condition, value, otherwise)"],
    ["orders ** 2", 8, "powers"],
    ["orders ^ 2", 8, "powers"],
    ["state == null", 10, "is_empty(field)"],
    ["state == “CA”", 10, "straight quotes"],
    ["orders > 1,200", 11, "without grouping"],
    ["orders > $5", 10, "currency"],
    ["[Monthly Charges] > 5", 1, "backticks"],
    ["Monthly Charges > 5", 1, "`Monthly Charges`"],
    ["orders ≥ 5", 8, "Write >="],
    ["orders − 5", 8, "minus"],
    ["orders == #", 11, '"#"'],
    ["and active", 1, "`and`"],
    ["orders > 5)", 11, "closes nothing"],
    ["(orders > 5", 1, "not closed"],
    ["orders +", 9, "too early"],
    ["orders 5", 8, "operator is missing"],
    ["* orders", 1, "missing"],
    ["  ", 3, "empty"],
  ])("E16 %s is refused at %i", (source, position, detail) => {
    const problem = no(source);
    expect(problem).toMatchObject({ code: "malformed_formula", facts: { position } });
    expect(problem.detail).toContain(detail);
  });
});

describe("types", () => {
  test.each([
    ["state > 'a'", "starts_with"],
    ["active > true", "compares numbers and dates"],
    ["state == 5", 'Write "5" in quotes'],
    ["orders == '5'", "Write 5 without quotes"],
    ["active == 'true'", "they cannot be compared"],
    ["signup == 2024", "they cannot be compared"],
    ["state + state", "concat(state, state)"],
    ["seen - signup", "days_between(signup, seen)"],
    ["signup + 30", "days_between(a, b)"],
    ["active + 1", "if(active, 1, 0)"],
    ["orders and active", "orders > 0"],
    ["not state", "is_empty(state)"],
    ["if(orders, 1, 2)", "orders > 0"],
    ["if(active, 1, 'a')", "must be of one type"],
    ["coalesce(signup, seen)", "must be of one type"],
    ["coalesce(tags, tags)", "is needed one of"],
    ["min(state, state)", "is needed one of"],
    ["tags == 'a'", "contains(tags, 'a')"],
    ["lower(orders)", "concat(orders)"],
    ["lower(tags)", "contains(tags"],
    ["year(orders)", "Dates are written as texts"],
    ["concat(state, seen)", "a date with a time"],
    ["contains(tags, 1)", 'Write "1" in quotes'],
    ["-state", "number"],
  ])("E14 %s: %s", (source, detail) => {
    const problem = no(source);
    expect(problem.code).toBe("formula_type_mismatch");
    expect(problem.detail).toContain(detail);
  });

  test.each([
    ["signup > 'soon'", "YYYY-MM-DD"],
    ["signup > '2024-02-30'", "YYYY-MM-DD"],
    ["signup > '2024-02-28T10:00:00Z'", "YYYY-MM-DD"],
    ["seen > '2024-01-01T10:00:00.12345Z'", "millisecond"],
    ["year('x')", "does not read as one"],
  ])("E8 %s is refused", (source, detail) => {
    const problem = no(source);
    expect(problem.code).toBe("invalid_value");
    expect(problem.detail).toContain(detail);
  });

  test.each([
    ["state == ''", "is_empty(state)"],
    ["' ' != state", "is_empty(state)"],
  ])("E39 %s is refused with is_empty", (source, detail) => {
    expect(no(source).detail).toContain(detail);
  });

  test.each(["round(orders, orders)", "round(orders, 1.5)", "round(orders, 16)"])("E47 %s is refused", (source) => {
    expect(no(source)).toMatchObject({ code: "invalid_value", facts: { position: 15 } });
  });

  test.each(["now()", "coalesce(seen, now())", "if(active, max(seen, now()), seen)"])("E52 %s is refused", (source) => {
    expect(no(source)).toMatchObject({ code: "invalid_value" });
    expect(no(source).detail).toContain("today()");
  });

  test.each([
    ["today(1)", "no arguments"],
    ["round()", "1 or 2 arguments"],
    ["min(1)", "2 or more arguments"],
    ["lower(state, state)", "1 argument "],
  ])("E14 %s: %s", (source, detail) => {
    expect(no(source)).toMatchObject({ code: "malformed_formula", facts: { position: 1 } });
    expect(no(source).detail).toContain(detail);
  });
});

describe("refusals", () => {
  test("E12 a refusal has its path, position, length, surroundings and suggestion", () => {
    const outcome = parseFormula(
      `orders > 0 and sttae == "CA" or orders > 100 and active`,
      schema,
      "query.rules[1].formula",
    );
    expect(outcome.ok ? null : outcome.problem).toEqual({
      code: "unknown_field",
      status: 422,
      path: "query.rules[1].formula",
      detail:
        'At position 16 (orders > 0 and sttae == "CA" or orders >…): There is no field "sttae". Did you mean state?',
      facts: { position: 16, length: 5, around: 'orders > 0 and sttae == "CA" or orders >…', suggestion: "state" },
    });
  });

  test("E12 positions count UTF-16 units over all lines", () => {
    expect(no('state == "😀"\n  and sttae == 1').facts?.position).toBe(21);
  });

  test("E11 a formula that is too long, too deep or too large is refused", () => {
    const long = `orders > ${"1 + ".repeat(MAX_SOURCE)}1`;
    expect(no(long)).toMatchObject({ code: "formula_too_long", facts: { limit: MAX_SOURCE, actual: long.length } });
    const deep = [
      "(".repeat(MAX_LEVELS + 1),
      "!".repeat(MAX_LEVELS + 1),
      "-".repeat(MAX_LEVELS + 1),
      "abs(".repeat(MAX_LEVELS + 1),
    ];
    for (const source of [...deep, `orders${" + 1".repeat(MAX_LEVELS)}`]) {
      expect(no(source)).toMatchObject({ code: "formula_too_deep", facts: { limit: MAX_LEVELS } });
    }
    expect(ok(`orders${" + 1".repeat(MAX_LEVELS - 1)}`).type).toBe("number");
    expect(ok(`active${" and active".repeat(800)}`).type).toBe("boolean");
  });

  test("E11 computed fields that double with each step are refused at their limit, and soon", () => {
    const doubling = Array.from({ length: 40 }, (_, i): Field => {
      return { id: i + 1, name: `f${i + 1}`, type: "number", formula: `f${i} + f${i}` };
    });
    const all = { fields: [{ id: 0, name: "f0", type: "number" } as Field, ...doubling] };
    const problem = refused("f40", all);
    expect(problem).toMatchObject({ code: "formula_too_long", facts: { limit: MAX_PARTS, computed_field: "f12" } });
    expect(problem.detail.length).toBeLessThan(400);
    expect(accepted("f10", all).reads).toEqual([0]);
  });

  const words = [
    ...[
      "state",
      "`Monthly Charges`",
      "orders",
      "active",
      "signup",
      "seen",
      "tags",
      "store",
      "region",
      "grade",
      "gone",
      "ring",
    ],
    ...FORMULA_FUNCTIONS.map(({ name }) => name),
    ..."and or not && || ! == != < <= > >= + - * / % ( ) ( ) ( ) , , . = & ? ` \" ' \\".split(" "),
    ...["1", "0.5", "007", "'CA'", '"2024-01-01"', "'2024-01-01T10:00'", "true", "null", "😀", "\ud800", "\n"],
  ];
  const row = { value: () => null };

  test.each([
    ["words of the language", fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((some) => some.join(" "))],
    ["words without spaces", fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((some) => some.join(""))],
    ["any text", fc.string({ unit: "binary", maxLength: 40 })],
  ])("E13 %s: never a throw, and what is accepted can be evaluated", (_name, anySource) => {
    let count = 0;
    fc.assert(
      fc.property(anySource, (source) => {
        const outcome = parseFormula(source, schema);
        if (outcome.ok) {
          count++;
          evaluateExpr(JSON.parse(JSON.stringify(outcome.value.expr)), row, { now: 0, timeZone: "UTC" });
          return;
        }
        const { status, detail, facts } = outcome.problem;
        expect([status, detail.length > 20, Number(facts?.position) >= 1]).toEqual([422, true, true]);
      }),
      { numRuns: 3000 },
    );
    expect(count).toBeGreaterThan(_name === "any text" ? -1 : 10);
  });
});
