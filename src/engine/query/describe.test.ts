import { expect, test } from "vitest";
import { shop } from "../testing/shop.ts";
import { describe } from "./describe.ts";
import { parseQuery } from "./parse.ts";

function words(input: unknown, noun = "customers"): string {
  const parsed = parseQuery(input, shop);
  if (!parsed.ok) throw new Error(parsed.problem.detail);
  return describe(parsed.value, shop, noun);
}

const rule = (field: string, operator: string, value?: unknown) => ({ field, operator, value });
const all = (...rules: unknown[]) => ({ combinator: "and", rules });
const either = (...rules: unknown[]) => ({ combinator: "or", rules });
const days = (n: number) => ({ n, unit: "day" });
const recent = { within: { field: "purchased_on", last: days(30) } };
const big = all(rule("amount", "greater_than", 50));

test.each([
  [all(), "all customers"],
  [{ combinator: "or", not: true, rules: [] }, "no customers"],
  [
    all(rule("state", "equals", "CA"), rule("spend", "greater_than", "80.0")),
    "customers whose state is “CA” and whose spend is more than 80",
  ],
  [
    either(rule("state", "in", ["CA", "NY", "WA"]), rule("seen_at", "between", ["2024-01-01", "2024-03-31"])),
    "customers whose state is “CA”, “NY” or “WA” or whose seen_at is between 2024-01-01 and 2024-03-31",
  ],
  [
    all(
      { ...rule("tags", "excludes", "vip"), match_case: true },
      {
        ...either(rule("active", "is_true"), rule("state", "is_empty")),
        not: true,
      },
    ),
    "customers whose tags does not include “vip” (with case) and not (whose active is true or whose state is empty)",
  ],
  [{ ...all(rule("state", "is_empty")), not: true }, "all customers except those whose state is empty"],
])("Q20 in words: %j", (input, expected) => {
  expect(words(input)).toBe(expected);
});

test.each([
  [rule("seen_at", "in_last", days(30)), "whose seen_at is in the last 30 days"],
  [rule("seen_at", "not_in_last", { n: 1, unit: "hour" }), "whose seen_at is not in the last hour"],
  [rule("born", "in_next", { n: 2, unit: "week" }), "whose born is in the next 2 weeks"],
  [rule("born", "in_period", "last_quarter"), "whose born is last quarter"],
  [rule("born", "in_period", "today"), "whose born is today"],
  [{ via: "store", ...rule("region", "in", ["West", "South"]) }, "whose store’s region is “West” or “South”"],
  [{ segment: "seg_loyal", operator: "member" }, "who are in the segment Loyal"],
  [{ formula: "spend / 2 > 40" }, "for whom spend / 2 > 40"],
  [{ segment: "seg_unsubscribed", operator: "not_member" }, "who are not in the segment Unsubscribed"],
])("Q71 in words: %j", (input, expected) => {
  expect(words(all(input))).toBe(`customers ${expected}`);
});

test.each([
  [{ quantifier: "any" }, "who have at least one of purchases"],
  [{ quantifier: "none", ...recent }, "who have none of purchases in the last 30 days"],
  [{ quantifier: "at_least", n: 3, where: big }, "who have at least 3 of purchases whose amount is more than 50"],
  [{ quantifier: "exactly", n: 1 }, "who have exactly 1 of purchases"],
  [
    { quantifier: "at_most", n: 2, where: { ...big, not: true } },
    "who have at most 2 of purchases not (whose amount is more than 50)",
  ],
  [
    { quantifier: "all", where: big, ...recent },
    "all of whose purchases in the last 30 days are ones whose amount is more than 50",
  ],
  [{ quantifier: "all" }, "all of whose purchases are ones of any kind"],
  [
    { quantifier: "any", where: either(rule("sku", "equals", "A"), { segment: "seg_returns", operator: "member" }) },
    "who have at least one of purchases (whose sku is “A” or that are in the segment Returns)",
  ],
])("Q71 related records in words: %j", (input, expected) => {
  expect(words(all({ related: "purchases", ...input }))).toBe(`customers ${expected}`);
});

test.each([
  [{ aggregate: "count", operator: "greater_than", value: 2 }, "number of purchases is more than 2"],
  [
    { aggregate: "sum", of: "amount", where: big, ...recent, operator: "greater_or_equal", value: 500 },
    "sum of amount over purchases (whose amount is more than 50 in the last 30 days) is at least 500",
  ],
  [{ aggregate: "average", of: "amount", operator: "is_empty" }, "average of amount over purchases is empty"],
  [
    { aggregate: "count_distinct", of: "sku", operator: "equals", value: 1 },
    "number of distinct sku over purchases is 1",
  ],
  [
    { aggregate: "min", of: "amount", ...recent, operator: "less_than", value: 5 },
    "lowest amount over purchases (in the last 30 days) is less than 5",
  ],
  [
    { aggregate: "max", of: "purchased_on", operator: "not_in_last", value: days(90) },
    "latest purchased_on over purchases is not in the last 90 days",
  ],
  [
    { aggregate: "last", of: "sku", order_by: "purchased_on", operator: "equals", value: "A" },
    "last sku over purchases by purchased_on is “A”",
  ],
])("Q71 aggregates in words: %j", (input, expected) => {
  expect(words(all({ related: "purchases", ...input }))).toBe(`customers whose ${expected}`);
});

test("Q71 a window names its date where there are several, and records are things", () => {
  const within = { field: "ended_at", last: { n: 1, unit: "hour" } };
  const visited = { related: "visits", quantifier: "any", within };
  expect(words(all(visited), "records")).toBe("records that have at least one of visits in the last hour by ended_at");
});

test("Q71 the whole language in one sentence", () => {
  const query = all(
    rule("state", "equals", "CA"),
    { related: "purchases", quantifier: "any", where: big, ...recent },
    { segment: "seg_unsubscribed", operator: "not_member" },
  );
  expect(words(query)).toBe(
    "customers whose state is “CA” and who have at least one of purchases whose amount is more than 50 in the last 30 days and who are not in the segment Unsubscribed",
  );
});
