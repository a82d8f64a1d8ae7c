import { afterAll, beforeAll, expect, test } from "vitest";
import { newDataset, newSegment, START_MS, startProgram, type TestProgram } from "../testing/program.ts";

let program: TestProgram;

interface QueryField {
  name: string;
  type: string;
  operators: { name: string; words: string; takes: string }[];
}

interface Language {
  fields: QueryField[];
  lookups: { relation: string; fields: QueryField[] }[];
  related: { name: string; dataset_id: string; fields: QueryField[]; segments: { id: string }[] }[];
  segments: { id: string; name: string }[];
  aggregates: { name: string; of: string[]; needs_order: boolean; yields: string | null }[];
  periods: string[];
  units: string[];
}

beforeAll(async () => {
  program = await startProgram();
}, START_MS);
afterAll(() => program.close());

const languageOf = (dataset: string) =>
  program.owner.ok<Language>("GET", `/api/v1/query-language?dataset_id=${dataset}`);

test("Q125 what a dataset's queries may say: fields with operators, what relations lead to, segments, windows", async () => {
  const customers = await newDataset(program.owner, { fields: [{ name: "state", type: "text" }] });
  const purchases = await newDataset(program.owner, {
    fields: [{ name: "day", type: "date" }],
    relations: [{ name: "customer", field: "customer_id", dataset_id: customers, reverse_name: "purchases" }],
  });
  const loyal = await newSegment(program.owner, customers);
  const refunded = await newSegment(program.owner, purchases);
  const [ours, theirs] = await Promise.all([customers, purchases].map(languageOf));
  expect(ours?.fields.map(({ name, type }) => [name, type])).toEqual([
    ["state", "text"],
    ["id", "text"],
  ]);
  expect(ours?.fields[0]?.operators).toContainEqual({ name: "contains", words: "contains …", takes: "one" });
  expect(ours).toMatchObject({ lookups: [], segments: [{ id: loyal }] });
  expect(ours?.related).toMatchObject([{ name: "purchases", dataset_id: purchases, segments: [{ id: refunded }] }]);
  const day = ours?.related[0]?.fields.find(({ name }) => name === "day");
  expect(day?.operators.map(({ name, takes }) => `${name} ${takes}`)).toEqual([
    ...["equals one", "not_equals one", "in list", "not_in list", "on one", "before one", "after one"],
    ...["in_last span", "not_in_last span", "in_next span", "in_period period"],
    ...["greater_than one", "greater_or_equal one", "less_than one", "less_or_equal one", "between range"],
    ...["is_empty nothing", "is_not_empty nothing"],
  ]);
  expect(day?.operators.find(({ name }) => name === "between")?.words).toBe("is between … and …");
  expect(theirs?.lookups).toMatchObject([{ relation: "customer", fields: [{ name: "state" }, { name: "id" }] }]);
  expect(theirs?.related).toEqual([]);
  expect(ours?.aggregates.find(({ name }) => name === "last")).toMatchObject({ needs_order: true, yields: null });
  expect([ours?.periods.length, ours?.units]).toEqual([
    11,
    ["minute", "hour", "day", "week", "month", "quarter", "year"],
  ]);
});

test("Q125 every word that it offers is accepted", async () => {
  const dataset = await newDataset(program.owner, {
    fields: ["text", "number", "boolean", "date", "datetime", "text_array"].map((type) => ({ name: type, type })),
  });
  const { fields, periods } = await languageOf(dataset);
  const values: Record<string, unknown> = { text: "x", number: 1, boolean: true, date: "2024-01-01" };
  let tried = 0;
  for (const { name, type, operators } of fields) {
    const one = values[type] ?? (type === "datetime" ? "2024-01-01" : "x");
    const window = { span: { n: 1, unit: "day" }, period: periods[0] };
    const given: Record<string, unknown> = { one, list: [one], range: [one, one], ...window };
    for (const { name: operator, takes } of operators) {
      const query = { combinator: "and", rules: [{ field: name, operator, value: given[takes] }] };
      const answer = await program.owner.send("POST", "/api/v1/segments/preview", {
        json: { dataset_id: dataset, query },
      });
      expect([operator, type, answer.status]).toEqual([operator, type, 200]);
      tried++;
    }
  }
  expect(tried).toBeGreaterThan(60);
});

test("A40 the language of another workspace's dataset is not shown", async () => {
  const answer = await program.owner.send("GET", "/api/v1/query-language?dataset_id=ds_unknown");
  expect(answer).toMatchObject({ status: 404, body: { code: "dataset_not_found" } });
  expect(await program.owner.send("GET", "/api/v1/query-language")).toMatchObject({ status: 422 });
});

test("W81 a formula is read without being kept: its type, or what is wrong and where; every function is told", async () => {
  const dataset = await newDataset(program.owner, { fields: [{ name: "spend", type: "number" }] });
  const check = (formula: string) =>
    program.owner.send("POST", "/api/v1/query-language/check", {
      json: { dataset_id: dataset, formula },
    });
  const types = await Promise.all(["spend * 2", "spend > 2", "today()", "lower(id)"].map(check));
  expect(types.map(({ body }) => body)).toEqual(["number", "boolean", "date", "text"].map((type) => ({ type })));
  const wrong = await check("spnd * 2");
  expect([wrong.status, wrong.body]).toMatchObject([
    422,
    { code: "unknown_field", path: "formula", position: 1, length: 4, suggestion: "spend" },
  ]);
  const { functions } = await program.owner.ok<{ functions: { name: string; signature: string; words: string }[] }>(
    "GET",
    `/api/v1/query-language?dataset_id=${dataset}`,
  );
  expect(functions.find(({ name }) => name === "days_between")?.signature).toMatch(/^days_between\(/);
  expect(functions.every(({ words }) => words.length > 5)).toBe(true);
});
