import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newDataset, START_MS, startProgram, type TestProgram } from "../testing/program.ts";

let program: TestProgram;
let path: string;
let dataset: string;

beforeAll(async () => {
  program = await startProgram();
}, START_MS);
afterAll(() => program.close());
beforeEach(async () => {
  dataset = await newDataset(program.owner);
  path = `/api/v1/datasets/${dataset}/records`;
});

const ndjson = { "content-type": "application/x-ndjson" };
const post = (json: unknown) => program.owner.send("POST", path, { json });
const get = (key: string) =>
  program.owner.send<{ data: Record<string, unknown> }>("GET", `${path}/${encodeURIComponent(key)}`);

async function fieldTypes(): Promise<Record<string, string>> {
  const { fields } = await program.owner.ok<{ fields: { name: string; type: string }[] }>(
    "GET",
    `/api/v1/datasets/${dataset}`,
  );
  return Object.fromEntries(fields.map(({ name, type }) => [name, type]));
}

test("P20 a batch writes its good rows and says what is wrong with the others", async () => {
  const answer = await post([{ id: "a", n: 1 }, { n: 2 }, { id: "b", o: {} }, { id: "c" }]);
  expect(answer.body).toEqual({
    ...{ added: 2, updated: 0, unchanged: 0 },
    rejected: [
      { index: 1, code: "missing_key", reason: expect.stringContaining("id") },
      { index: 2, code: "wrong_shape", reason: expect.stringContaining("o") },
    ],
  });
  expect(
    (
      await post([
        { id: "a", n: 1 },
        { id: "c", n: 3 },
      ])
    ).body,
  ).toMatchObject({ updated: 1, unchanged: 1 });
});

test("P22 fields that come with rows join the dataset with their types", async () => {
  await post([{ id: "a", n: 1, ok: true, on: "2024-01-02", tags: ["x"], note: "x", nothing: null }]);
  expect(await fieldTypes()).toEqual({
    id: "text",
    n: "number",
    ok: "boolean",
    on: "date",
    tags: "text_array",
    note: "text",
  });
});

test("P24 typed values come back typed, and what does not fit as the string that came", async () => {
  await post([{ id: "a", n: 1, on: "2024-01-02" }]);
  await post([{ id: "a", n: "one", on: 5 }]);
  expect((await get("a")).body.data).toEqual({ id: "a", n: "one", on: "5" });
  await post([{ id: "a", n: 2, on: null }]);
  expect((await get("a")).body.data).toEqual({ id: "a", n: 2, on: null });
});

test("P25 lines of JSON are rows; a broken line refuses them all with its number", async () => {
  const good = await program.owner.send("POST", path, { body: '{"id":"a"}\n\n{"id":"b"}\n', headers: ndjson });
  expect(good.body).toMatchObject({ added: 2 });
  const broken = await program.owner.send("POST", path, { body: '{"id":"c"}\n{"id":', headers: ndjson });
  expect(broken).toMatchObject({ status: 400, body: { code: "malformed_json", line: 2 } });
  expect((await get("c")).status).toBe(404);
});

test("P26 10,000 rows go at once, one more does not", async () => {
  const rows = Array.from({ length: 10_001 }, (_, n) => ({ id: `k${n}` }));
  expect(await post(rows)).toMatchObject({
    status: 422,
    body: { code: "too_many_rows", limit: 10_000, actual: 10_001 },
  });
  expect((await post(rows.slice(1))).body).toMatchObject({ added: 10_000 });
});

test("P27 a record's key may be named in a change, and not be another", async () => {
  await post([{ id: "a", n: 1 }]);
  const patch = (data: unknown) => program.owner.send("PATCH", `${path}/a`, { json: { data } });
  expect(await patch({ id: "a", n: 2 })).toMatchObject({ status: 200, body: { key: "a", data: { n: 2 } } });
  expect(await patch({ id: "b" })).toMatchObject({ status: 422, body: { code: "key_immutable", path: "data.id" } });
  expect(await patch({ n: {} })).toMatchObject({ status: 422, body: { code: "invalid_record", path: "data" } });
  expect((await program.owner.send("PATCH", `${path}/none`, { json: { data: {} } })).status).toBe(404);
});

test("P28 rows that bring different fields at the same time lose none", async () => {
  const names = Array.from({ length: 6 }, (_, n) => `field ${n}`);
  await Promise.all(names.map((name, n) => post([{ id: `k${n}`, [name]: n }])));
  expect(Object.keys(await fieldTypes()).sort()).toEqual([...names, "id"].sort());
  for (const [n, name] of names.entries()) expect((await get(`k${n}`)).body.data[name]).toBe(n);
});

test.each(["a/b", "100%", "a%2Fb", "ü ß", "?#&=+", ". .", '"'])(
  "P27 a record is reached by its key %s",
  async (key) => {
    await post([{ id: key, n: 1 }]);
    expect((await get(key)).body).toMatchObject({ key });
    await program.owner.ok("DELETE", `${path}/${encodeURIComponent(key)}`);
    expect((await get(key)).status).toBe(404);
  },
);

test("P8 pages show every record once, and end with null", async () => {
  await post(Array.from({ length: 25 }, (_, n) => ({ id: `k${n}` })));
  const keys: string[] = [];
  let cursor = "";
  do {
    type Page = { data: { key: string }[]; next_cursor: string | null };
    const page: Page = await program.owner.ok("GET", `${path}?limit=10${cursor && `&cursor=${cursor}`}`);
    keys.push(...page.data.map((record) => record.key));
    cursor = page.next_cursor ?? "";
  } while (cursor);
  expect(keys.sort()).toEqual(Array.from({ length: 25 }, (_, n) => `k${n}`).sort());
});

test("P20 a dataset without a key field takes no rows, and says how to change that", async () => {
  const keyless = await newDataset(program.owner, { key: null });
  const answer = await program.owner.send("POST", `/api/v1/datasets/${keyless}/records`, { json: [{ a: 1 }] });
  expect(answer).toMatchObject({ status: 422, body: { code: "no_key_field", detail: expect.stringContaining("key") } });
});
