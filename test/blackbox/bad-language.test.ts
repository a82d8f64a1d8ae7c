/** Every way to be wrong in windows, lookups, related records, formulas and segments: 422, the wrong part's path, a mend. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { createDataset, createSegment, only, upsert } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { Group, ProblemBody } from "./wire.ts";
import { openWorkspace, unique } from "./workspace.ts";

let owner: Client;
let customers: string;
let purchases: string;
let ofCustomers: string;
let ofPurchases: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  const types = ["text", "number", "boolean", "date", "datetime", "text_array"] as const;
  const fields = [{ name: "id", type: "text" as const }, ...types.map((type) => ({ name: type, type }))];
  customers = (await createDataset(owner, { key: "id", fields })).id;
  const relations = [{ name: "buyer", field: "text", dataset_id: customers, reverse_name: "purchases" }];
  purchases = (await createDataset(owner, { key: "id", fields, relations })).id;
  await upsert(owner, customers, [{ id: "a" }]);
  await upsert(owner, purchases, [{ id: "p", text: "a", number: 1 }]);
  const everybody: Group = { combinator: "and", rules: [] };
  ofCustomers = (await createSegment(owner, customers, everybody)).id;
  ofPurchases = (await createSegment(owner, purchases, everybody)).id;
});

const all = (...rules: unknown[]) => ({ combinator: "and", rules });
const rule = (field: string, operator: string, value?: unknown) => ({ field, operator, value });
const any = (more: object = {}) => all({ related: "purchases", quantifier: "any", ...more });
const figure = (more: object) => all({ related: "purchases", operator: "greater_than", value: 1, ...more });
const within = (field: string, n: unknown, unit: unknown) => ({ within: { field, last: { n, unit } } });
const nested = (depth: number): unknown => (depth === 1 ? all(rule("number", "equals", 1)) : all(nested(depth - 1)));
const R0 = /rules\[0\]/;

/** [what is wrong, the query over customers, its path, what the detail must name] */
const wrong: [string, () => unknown, RegExp, RegExp][] = [
  ["in_last: unknown unit", () => all(rule("date", "in_last", { n: 1, unit: "dya" })), /rules\[0\].*unit/, /day/],
  ["in_last: minutes on a date", () => all(rule("date", "in_last", { n: 1, unit: "minute" })), R0, /day/],
  ["in_last: hours on a date", () => all(rule("date", "not_in_last", { n: 1, unit: "hour" })), R0, /day/],
  ["in_last: a number alone", () => all(rule("date", "in_last", 30)), R0, /unit/],
  ["in_last: no value", () => all(rule("date", "in_last")), R0, /./],
  ["in_last: zero days", () => all(rule("date", "in_last", { n: 0, unit: "day" })), R0, /./],
  ["in_last: minus one", () => all(rule("date", "in_next", { n: -1, unit: "day" })), R0, /./],
  ["in_last: half a day", () => all(rule("date", "in_last", { n: 0.5, unit: "day" })), R0, /whole/],
  ["in_last: text for n", () => all(rule("date", "in_last", { n: "many", unit: "day" })), R0, /./],
  ["in_last: on a number", () => all(rule("number", "in_last", { n: 1, unit: "day" })), R0, /./],
  ["in_period: unknown", () => all(rule("date", "in_period", "this_wek")), R0, /this_week/],
  ["in_period: on text", () => all(rule("text", "in_period", "today")), R0, /./],
  ["in_period: a length", () => all(rule("date", "in_period", { n: 1, unit: "day" })), R0, /./],
  ["via: unknown relation", () => all({ via: "shop", ...rule("number", "equals", 1) }), R0, /./],
  ["via: the reverse name", () => all({ via: "purchases", ...rule("number", "equals", 1) }), R0, /related/],
  ["related: unknown", () => all({ related: "purchase", quantifier: "any" }), R0, /purchases/],
  ["related: the other way", () => all({ related: "buyer", quantifier: "any" }), R0, /./],
  ["related: nothing asked", () => all({ related: "purchases" }), R0, /quantifier|aggregate/],
  ["related: both", () => figure({ quantifier: "any", aggregate: "count" }), R0, /./],
  ["quantifier: unknown", () => any({ quantifier: "some" }), /rules\[0\].*quantifier/, /any/],
  ["quantifier: no n", () => any({ quantifier: "at_least" }), /rules\[0\].*\bn$/, /whole number/],
  ["quantifier: n below zero", () => any({ quantifier: "at_most", n: -1 }), R0, /./],
  ["quantifier: half an n", () => any({ quantifier: "exactly", n: 1.5 }), R0, /whole/],
  ["quantifier: n as text", () => any({ quantifier: "exactly", n: "two" }), R0, /./],
  ["aggregate: unknown", () => figure({ aggregate: "total", of: "number" }), /rules\[0\].*aggregate/, /sum/],
  ["aggregate: no of", () => figure({ aggregate: "sum" }), R0, /\bof\b/],
  ["aggregate: unknown field", () => figure({ aggregate: "sum", of: "numbr" }), /rules\[0\].*of/, /number/],
  ["aggregate: sum of text", () => figure({ aggregate: "sum", of: "text" }), R0, /number/],
  ["aggregate: average of dates", () => figure({ aggregate: "average", of: "date" }), R0, /number/],
  ["aggregate: max of booleans", () => figure({ aggregate: "max", of: "boolean" }), R0, /number|date/],
  ["aggregate: first without order_by", () => figure({ aggregate: "first", of: "number" }), R0, /order_by/],
  [
    "aggregate: unknown order_by",
    () => figure({ aggregate: "last", of: "number", order_by: "dat" }),
    /rules\[0\].*order_by/,
    /date/,
  ],
  ["aggregate: words for a sum", () => figure({ aggregate: "sum", of: "number", value: "much" }), R0, /./],
  ["aggregate: contains on a sum", () => figure({ aggregate: "sum", of: "number", operator: "contains" }), R0, /./],
  ["aggregate: a number for a date", () => figure({ aggregate: "max", of: "date", value: 5 }), R0, /./],
  ["aggregate: no operator", () => all({ related: "purchases", aggregate: "count", value: 1 }), R0, /operator/],
  ["aggregate: no value", () => all({ related: "purchases", aggregate: "count", operator: "equals" }), R0, /value/],
  ["within: a number field", () => any(within("number", 1, "day")), /rules\[0\].*within/, /date/],
  ["within: unknown field", () => any(within("dat", 1, "day")), /rules\[0\].*within/, /date/],
  ["within: minutes on a date", () => any(within("date", 1, "minute")), /rules\[0\].*within/, /day/],
  ["within: unknown unit", () => any(within("date", 1, "days")), /rules\[0\].*within/, /day/],
  ["within: no length", () => any({ within: { field: "date" } }), /rules\[0\].*within/, /unit/],
  [
    "where: unknown field",
    () => any({ where: all(rule("numbr", "equals", 1)) }),
    /rules\[0\].*where.*rules\[0\]/,
    /number/,
  ],
  ["where: no group", () => any({ where: "number > 1" }), /rules\[0\].*where/, /./],
  ["where: via in it", () => any({ where: all({ via: "buyer", ...rule("number", "equals", 1) }) }), /where/, /./],
  ["where: related in it", () => any({ where: any() }), /where/, /./],
  ["where: nine deep", () => any({ where: nested(9) }), /where/, /\b8\b/],
  ["formula: not a text", () => all({ formula: 5 }), /rules\[0\].*formula/, /./],
  ["formula: empty", () => all({ formula: "  " }), /rules\[0\].*formula/, /./],
  ["formula: a number", () => all({ formula: "number * 2" }), /rules\[0\].*formula/, /./],
  ["formula: unknown field", () => all({ formula: "numbr > 2" }), /rules\[0\].*formula/, /number/],
  ["formula: unknown function", () => all({ formula: "leng(text) > 2" }), /rules\[0\].*formula/, /length/],
  ["formula: wrong types", () => all({ formula: "text + number > 2" }), /rules\[0\].*formula/, /./],
  ["formula: text against number", () => all({ formula: "text > 2" }), /rules\[0\].*formula/, /./],
  ["formula: too few arguments", () => all({ formula: "round() > 1" }), /rules\[0\].*formula/, /./],
  ["formula: too many arguments", () => all({ formula: "abs(1, 2) > 1" }), /rules\[0\].*formula/, /./],
  ["formula: unknown relation", () => all({ formula: "`shop`.`number` > 1" }), /rules\[0\].*formula/, /./],
  ["segment: unknown", () => all({ segment: "seg_nothing", operator: "member" }), R0, /./],
  ["segment: unknown operator", () => all({ segment: ofCustomers, operator: "in" }), R0, /member/],
  ["segment: no operator", () => all({ segment: ofCustomers }), R0, /member/],
  ["segment: of another dataset", () => all({ segment: ofPurchases, operator: "member" }), R0, /./],
  [
    "segment: of the parent inside where",
    () => any({ where: all({ segment: ofCustomers, operator: "member" }) }),
    /where/,
    /./,
  ],
  [
    "too many conditions, in where",
    () => any({ where: all(...Array.from({ length: 201 }, (_, n) => rule("number", "equals", n))) }),
    /./,
    /\b200\b/,
  ],
  [
    "too long a list, in where",
    () =>
      any({
        where: all(
          rule(
            "number",
            "in",
            Array.from({ length: 10_001 }, (_, n) => n),
          ),
        ),
      }),
    /where/,
    /10,?000/,
  ],
  ["two kinds of rule in one", () => all({ segment: ofCustomers, operator: "member", formula: "true" }), R0, /./],
  ["an unknown key", () => any({ wher: all() }), R0, /./],
];

test.each(wrong)("%s is refused with its path and a way to mend it", async (_name, query, path, mend) => {
  const problem = await refused(customers, query());
  expect(problem.path ?? "", problem.detail).toMatch(path);
  expect(problem.detail).toMatch(mend);
});

async function refused(dataset: string, query: unknown): Promise<ProblemBody> {
  const json = { dataset_id: dataset, query };
  const preview = expectProblem(await owner.send("POST", "/api/v1/segments/preview", { json }), 422);
  const made = await owner.send("POST", "/api/v1/segments", { json: { ...json, name: unique("bad") } });
  expect(expectProblem(made, 422).code).toBe(preview.code);
  return preview;
}

const syntax: [formula: string, position: number][] = [
  ["number >", 8],
  ["number > > 1", 9],
  ["(number > 1", 0],
  ["number > 1)", 10],
  ["number ? 1", 7],
  ['text == "abc', 8],
  ["number > 1 text", 11],
  ["&& number > 1", 0],
  ["`number > 1", 0],
  ["round(number > 1", 5],
];

test.each(syntax)("E12 the formula %s is refused and shows where it breaks", async (formula, position) => {
  const problem = await refused(customers, all({ formula }));
  expect(problem.path).toMatch(/formula/);
  const told = JSON.stringify(problem);
  const shown = [position, position + 1].some((n) => new RegExp(`\\b${n}\\b`).test(told));
  expect(shown, `${told} names neither ${position} nor ${position + 1}`).toBe(true);
});

test("a formula of a hundred thousand characters, or nested thousands deep, is refused", async () => {
  for (const formula of [
    `number > ${"1 + ".repeat(25_000)}1`,
    `${"(".repeat(5_000)}number > 1${")".repeat(5_000)}`,
    `${"!".repeat(20_000)}boolean`,
  ])
    expect((await refused(customers, all({ formula }))).path).toMatch(/formula/);
});

test("a segment that asks for minutes on a date is refused by PATCH too, and stays as it was", async () => {
  const segment = await createSegment(owner, customers, only("number", "equals", 1));
  const query = all(rule("date", "in_last", { n: 1, unit: "minute" }));
  const answer = await owner.send("PATCH", `/api/v1/segments/${segment.id}`, { json: { query } });
  expect(expectProblem(answer, 422).path).toMatch(/rules\[0\]/);
  expect(await owner.get(`/api/v1/segments/${segment.id}`)).toMatchObject({ version: 1, status: "live" });
});
