/** Each operator by example: expected keys are written out by hand from QUERY.md. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { createDataset, only, preview, upsert } from "./nouns.ts";
import type { FieldShape, FlatQuery, Group } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;
let dataset: string;

const fields: FieldShape[] = [
  { name: "id", type: "text" },
  { name: "name", type: "text" },
  { name: "n", type: "number" },
  { name: "flag", type: "boolean" },
  { name: "day", type: "date" },
  { name: "at", type: "datetime" },
  { name: "tags", type: "text_array" },
];
/** Berlin: 2024-03-31 loses an hour at 2:00; midnight is 23:00Z in winter and 22:00Z in summer. */
const rows = [
  { id: "1", name: "Anna", n: 1, flag: true, day: "2024-02-28", at: "2024-03-30T22:59:59Z", tags: ["x"] },
  { id: "2", name: "anna ", n: 2.5, flag: false, day: "2024-02-29", at: "2024-03-30T23:00:00Z", tags: ["x", "y"] },
  { id: "3", name: "50%_off\\", n: -3, flag: null, day: "2024-03-01", at: "2024-03-31T21:59:59Z", tags: null },
  { id: "4", name: "İstanbul", n: "1,200", flag: "yes", day: "2024-02-30", at: "2024-03-31T22:00:00Z" },
  { id: "5", name: "STRAẞE", n: 10, day: null, at: "soon" },
  { id: "6", name: "ΣΊΣΥΦΟΣ", n: "007" },
  { id: "7", name: "  " },
  { id: "8", name: null, n: "1e1" },
  { id: "9", n: 0, name: "50 off" },
];

beforeAll(async () => {
  ({ owner } = await openWorkspace("Europe/Berlin"));
  dataset = (await createDataset(owner, { key: "id", fields })).id;
  expect(await upsert(owner, dataset, rows)).toMatchObject({ added: rows.length, rejected: [] });
});

async function found(query: Group | FlatQuery): Promise<string> {
  const answer = await preview(owner, dataset, query, 50);
  expect(answer.sample).toHaveLength(answer.count);
  return answer.sample
    .map(({ key }) => key)
    .sort()
    .join(" ");
}

type Case = [field: string, operator: string, value: unknown, keys: string, matchCase?: boolean];

const cases: Case[] = [
  ["name", "equals", "ANNA", "1"],
  ["name", "equals", "ANNA", "", true],
  ["name", "equals", "anna ", "2"],
  ["name", "equals", "istanbul", ""],
  ["name", "equals", "iSTANBUL", ""],
  ["name", "equals", "İSTANBUL", "4"],
  ["name", "equals", "strasse", ""],
  ["name", "equals", "straße", "5"],
  ["name", "equals", "σίσυφος", "6"],
  ["name", "ends_with", "ς", "6"],
  ["name", "ends_with", "ς", "", true],
  ["name", "in", ["anna", "straße"], "1 5"],
  ["name", "in", ["anna", "STRAẞE"], "5", true],
  ["name", "contains", "NN", "1 2"],
  ["name", "contains", "%", "3"],
  ["name", "contains", "_", "3"],
  ["name", "contains", "\\", "3"],
  ["name", "contains", "0_o", ""],
  ["name", "starts_with", "50", "3 9"],
  ["name", "starts_with", "50%", "3"],
  ["name", "ends_with", "A", "1"],
  ["name", "ends_with", "OFF", "9"],
  ["name", "is_empty", undefined, "7 8"],
  ["n", "equals", 10, "5 8"],
  ["n", "equals", "2.50", "2"],
  ["n", "in", [0, "1"], "1 9"],
  ["n", "greater_than", 1, "2 5 8"],
  ["n", "greater_or_equal", 1, "1 2 5 8"],
  ["n", "less_than", 0, "3"],
  ["n", "less_or_equal", 0, "3 9"],
  ["n", "between", [0, 2.5], "1 2 9"],
  ["n", "between", [-3, -3], "3"],
  ["n", "is_empty", undefined, "4 6 7"],
  ["flag", "is_true", undefined, "1"],
  ["flag", "is_false", undefined, "2"],
  ["flag", "equals", true, "1"],
  ["flag", "is_empty", undefined, "3 4 5 6 7 8 9"],
  ["day", "equals", "2024-02-29", "2"],
  ["day", "on", "2024-02-29", "2"],
  ["day", "before", "2024-02-29", "1"],
  ["day", "after", "2024-02-28", "2 3"],
  ["day", "between", ["2024-02-28", "2024-02-29"], "1 2"],
  ["day", "greater_or_equal", "2024-02-29", "2 3"],
  ["day", "in", ["2024-02-28", "2024-03-01"], "1 3"],
  ["day", "is_empty", undefined, "4 5 6 7 8 9"],
  ["at", "on", "2024-03-31", "2 3"],
  ["at", "before", "2024-03-31", "1"],
  ["at", "after", "2024-03-30", "2 3 4"],
  ["at", "after", "2024-03-31", "4"],
  ["at", "between", ["2024-03-30", "2024-03-31"], "1 2 3"],
  ["at", "equals", "2024-03-31", "2 3"],
  ["at", "equals", "2024-03-31T00:00:00+01:00", "2"],
  ["at", "before", "2024-03-31T00:00:00+01:00", "1"],
  ["at", "after", "2024-03-31T00:00:00+01:00", "3 4"],
  ["at", "is_empty", undefined, "5 6 7 8 9"],
  ["tags", "is_empty", undefined, "3 4 5 6 7 8 9"],
];
const twins: Record<string, string> = {
  equals: "not_equals",
  in: "not_in",
  contains: "not_contains",
  is_empty: "is_not_empty",
};

test.each(cases)("%s %s %j finds [%s]", async (field, operator, value, keys, matchCase) => {
  expect(await found(only(field, operator, value, matchCase))).toBe(keys);
});

test.each(cases.filter(([, operator]) => operator in twins))(
  "the negative twin of %s %s %j is its exact complement",
  async (field, operator, value, keys, matchCase) => {
    const others = rows.map((row) => row.id).filter((id) => !keys.split(" ").includes(id));
    expect(await found(only(field, twins[operator] ?? "", value, matchCase))).toBe(others.join(" "));
    expect(await found({ ...only(field, operator, value, matchCase), not: true })).toBe(others.join(" "));
  },
);

test("an empty group matches every record, its negation none, at any depth", async () => {
  const all = rows.map((row) => row.id).join(" ");
  expect(await found({ combinator: "and", rules: [] })).toBe(all);
  expect(await found({ combinator: "or", rules: [] })).toBe(all);
  expect(await found({ combinator: "or", not: true, rules: [] })).toBe("");
  expect(await found({ combinator: "and", rules: [{ combinator: "or", rules: [] }] })).toBe(all);
});

test("groups nest: (a and not (b or c)) or d", async () => {
  const rule = (field: string, operator: string, value?: unknown) => ({
    field,
    operator,
    ...(value === undefined ? {} : { value }),
  });
  const inner: Group = { combinator: "or", not: true, rules: [rule("flag", "is_true"), rule("n", "less_than", 0)] };
  const left: Group = { combinator: "and", rules: [rule("day", "is_not_empty"), inner] };
  expect(await found({ combinator: "or", rules: [left, rule("n", "equals", 0)] })).toBe("2 9");
});

test("eight levels are accepted, and so are 200 conditions and 10,000 values", async () => {
  let deep: Group = only("n", "equals", 0);
  for (let level = 1; level < 8; level++) deep = { combinator: "and", rules: [deep] };
  expect(await found(deep)).toBe("9");
  const many: Group = {
    combinator: "or",
    rules: Array.from({ length: 200 }, (_, n) => ({ field: "n", operator: "equals", value: n })),
  };
  expect(await found(many)).toBe("1 5 8 9");
  expect(
    await found(
      only(
        "name",
        "in",
        Array.from({ length: 10_000 }, (_, n) => (n === 777 ? "anna" : `v${n}`)),
      ),
    ),
  ).toBe("1");
});

test("the flat form of the first version means what it says", async () => {
  const conditions = [
    { field: "n", operator: "greater_than", value: "1" },
    { field: "name", operator: "contains", value: "anna" },
  ];
  expect(await found({ conditions, logic: "AND" })).toBe("2");
  expect(await found({ conditions, logic: "OR" })).toBe("1 2 5 8");
});

test("changing the workspace's zone moves local days, not instants", async () => {
  const { owner: other } = await openWorkspace("America/Los_Angeles");
  const { id } = await createDataset(other, { key: "id", fields });
  await upsert(other, id, [{ id: "a", at: "2024-03-31T05:00:00Z" }]);
  const on = async (day: string) => (await preview(other, id, only("at", "on", day))).count;
  expect([await on("2024-03-30"), await on("2024-03-31")]).toEqual([1, 0]);
  await other.patch("/api/v1/workspace", { time_zone: "UTC" });
  expect([await on("2024-03-30"), await on("2024-03-31")]).toEqual([0, 1]);
});

test("preview says the query in words, how long it took, and no more sample rows than asked for", async () => {
  const answer = await preview(owner, dataset, only("n", "is_not_empty"), 2);
  expect(answer).toMatchObject({ count: 6, total: rows.length, took_ms: expect.any(Number) });
  expect(answer.sample).toHaveLength(2);
  expect(answer.words).toMatch(/\bn\b/);
  expect(Number.isNaN(Date.parse(answer.computed_at))).toBe(false);
});
