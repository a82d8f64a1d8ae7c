/** A query that is wrong is refused with 422, the path of the wrong part, and a sentence that says how to mend it. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { createDataset, upsert } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import { openWorkspace, unique } from "./workspace.ts";

let owner: Client;
let dataset: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  const types = ["text", "number", "boolean", "date", "datetime", "text_array"] as const;
  dataset = (
    await createDataset(owner, {
      key: "id",
      fields: [{ name: "id", type: "text" }, ...types.map((type) => ({ name: type, type }))],
    })
  ).id;
  await upsert(owner, dataset, [{ id: "a", text: "x", number: 1 }]);
});

const rule = (field: string, operator: string, value?: unknown, more: object = {}) => ({
  field,
  operator,
  ...(value === undefined ? {} : { value }),
  ...more,
});
const all = (...rules: unknown[]) => ({ combinator: "and", rules });
const nested = (depth: number): unknown => (depth === 1 ? all(rule("number", "equals", 1)) : all(nested(depth - 1)));
const repeated = (count: number) => all(...Array.from({ length: count }, (_, n) => rule("number", "equals", n)));

/** [what is wrong, the query, what the path must point at] */
const queries: [string, unknown, RegExp][] = [
  ["an unknown operator", all(rule("text", "resembles", "x")), /rules\[0\]/],
  ["an unknown field", all(rule("text", "equals", "x"), rule("txt", "equals", "x")), /rules\[1\]/],
  ["an operator that does not fit the type", all(rule("number", "contains", "1")), /rules\[0\]/],
  ["a text operator on a date", all(rule("date", "starts_with", "2024")), /rules\[0\]/],
  ["is_true on text", all(rule("text", "is_true")), /rules\[0\]/],
  ["greater_than on text", all(rule("text", "greater_than", "a")), /rules\[0\]/],
  ["equals on an array", all(rule("text_array", "equals", "a")), /rules\[0\]/],
  ["words for a number", all(rule("number", "equals", "many")), /rules\[0\]/],
  ["grouped digits for a number", all(rule("number", "greater_than", "1,200")), /rules\[0\]/],
  ["an object for a number", all(rule("number", "equals", { n: 1 })), /rules\[0\]/],
  ["a list for equals", all(rule("number", "equals", [1])), /rules\[0\]/],
  ["no value", all(rule("number", "equals")), /rules\[0\]/],
  ["no operator", all({ field: "number", value: 1 }), /rules\[0\]/],
  ["a day that does not exist", all(rule("date", "on", "2024-02-30")), /rules\[0\]/],
  ["words for a date", all(rule("date", "before", "yesterday-ish")), /rules\[0\]/],
  ["perhaps for a boolean", all(rule("boolean", "equals", "perhaps")), /rules\[0\]/],
  ["a single value for in", all(rule("text", "in", "x")), /rules\[0\]/],
  ["a bad value within in", all(rule("number", "in", [1, "two"])), /rules\[0\]/],
  [
    "more than 10,000 values",
    all(
      rule(
        "text",
        "in",
        Array.from({ length: 10_001 }, (_, n) => `v${n}`),
      ),
    ),
    /rules\[0\]/,
  ],
  ["one bound for between", all(rule("number", "between", [1])), /rules\[0\]/],
  ["three bounds for between", all(rule("number", "between", [1, 2, 3])), /rules\[0\]/],
  ["match_case that is no boolean", all(rule("text", "equals", "x", { match_case: "sometimes" })), /rules\[0\]/],
  ["an unknown combinator", { combinator: "xor", rules: [] }, /./],
  ["no combinator", { rules: [rule("number", "equals", 1)] }, /./],
  ["not that is no boolean", { combinator: "and", not: "yes", rules: [] }, /./],
  ["rules that are no list", { combinator: "and", rules: "all" }, /./],
  ["a rule that is a word", all("number = 1"), /rules\[0\]/],
  [
    "a rule within a rule's group",
    all(all(rule("number", "equals", 1), rule("nope", "equals", 1))),
    /rules\[0\].*rules\[1\]/,
  ],
  ["nesting nine deep", nested(9), /./],
  ["201 conditions", repeated(201), /./],
  ["an unknown logic in the flat form", { conditions: [rule("number", "equals", 1)], logic: "XOR" }, /./],
  ["an unknown field in the flat form", { conditions: [rule("nope", "equals", 1)], logic: "AND" }, /\[0\]/],
  ["a list", [rule("number", "equals", 1)], /./],
  ["nothing", null, /./],
  ["a word", "number = 1", /./],
];

test.each(queries)(
  "%s is refused with a path and a way to mend it, by preview and by a new segment",
  async (_name, query, path) => {
    const preview = expectProblem(
      await owner.send("POST", "/api/v1/segments/preview", { json: { dataset_id: dataset, query } }),
      422,
    );
    expect(preview.path ?? "").toMatch(path);
    const made = await owner.send("POST", "/api/v1/segments", {
      json: { dataset_id: dataset, name: unique("bad"), query },
    });
    expect(expectProblem(made, 422).code).toBe(preview.code);
  },
);

test("the detail helps: it names the nearest field, the limit, and the operators that fit", async () => {
  const detail = async (query: unknown) =>
    expectProblem(await owner.send("POST", "/api/v1/segments/preview", { json: { dataset_id: dataset, query } }), 422)
      .detail;
  expect(await detail(all(rule("nummer", "equals", 1)))).toMatch(/number/);
  expect(await detail(all(rule("boolean", "contains", "x")))).toMatch(/is_true|equals/);
  expect(await detail(nested(9))).toMatch(/\b8\b/);
  expect(await detail(repeated(201))).toMatch(/\b200\b/);
});
