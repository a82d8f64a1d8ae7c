import { expect, test } from "vitest";
import type { Field } from "../values/types.ts";
import { describe } from "./describe.ts";
import { parseQuery } from "./parse.ts";

const fields: Field[] = [
  { id: 0, name: "state", type: "text" },
  { id: 1, name: "spend", type: "number" },
  { id: 2, name: "active", type: "boolean" },
  { id: 3, name: "seen", type: "datetime" },
  { id: 4, name: "tags", type: "text_array" },
];

function words(input: unknown): string {
  const parsed = parseQuery(input, { fields });
  if (!parsed.ok) throw new Error(parsed.problem.detail);
  return describe(parsed.value, { fields }, "customers");
}

const rule = (field: string, operator: string, value?: unknown) => ({ field, operator, value });

test.each([
  [{ combinator: "and", rules: [] }, "all customers"],
  [{ combinator: "or", not: true, rules: [] }, "no customers"],
  [
    { combinator: "and", rules: [rule("state", "equals", "CA"), rule("spend", "greater_than", "80.0")] },
    "customers whose state is “CA” and whose spend is more than 80",
  ],
  [
    {
      combinator: "or",
      rules: [rule("state", "in", ["CA", "NY", "WA"]), rule("seen", "between", ["2024-01-01", "2024-03-31"])],
    },
    "customers whose state is “CA”, “NY” or “WA” or whose seen is between 2024-01-01 and 2024-03-31",
  ],
  [
    {
      combinator: "and",
      rules: [
        { ...rule("tags", "excludes", "vip"), match_case: true },
        { combinator: "or", not: true, rules: [rule("active", "is_true"), rule("state", "is_empty")] },
      ],
    },
    "customers whose tags does not include “vip” (with case) and not (whose active is true or whose state is empty)",
  ],
  [
    { combinator: "and", not: true, rules: [rule("state", "is_empty")] },
    "all customers except those whose state is empty",
  ],
])("Q20 in words: %j", (input, expected) => {
  expect(words(input)).toBe(expected);
});
