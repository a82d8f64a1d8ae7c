import { afterAll, beforeAll, expect, test } from "vitest";
import { newDataset, newSegment, START_MS, startProgram, type TestProgram } from "../testing/program.ts";

let program: TestProgram;
let dataset: string;

interface Version {
  number: number;
  query: unknown;
  words: string;
  error: string | null;
  author: { email: string } | null;
  at: string;
  difference: { change: string; path: string; before: string | null; after: string | null }[];
}

beforeAll(async () => {
  program = await startProgram();
  dataset = await newDataset(program.owner, { fields: [{ name: "state", type: "text" }] });
  const json = Array.from({ length: 10 }, (_, n) => ({ id: `k${n}`, n, state: n % 2 ? "CA" : "NY" }));
  await program.owner.ok("POST", `/api/v1/datasets/${dataset}/records`, { json });
}, START_MS);
afterAll(() => program.close());

const california = { field: "state", operator: "equals", value: "CA" };
const few = (value: number) => ({ field: "n", operator: "less_than", value });
const all = (...rules: unknown[]) => ({ combinator: "and", rules });
const edit = (id: string, query: unknown) => program.owner.ok("PATCH", `/api/v1/segments/${id}`, { json: { query } });
const restore = (id: string, n: number | string) =>
  program.owner.send("POST", `/api/v1/segments/${id}/versions/${n}/restore`);

async function versions(id: string): Promise<Version[]> {
  return (await program.owner.ok<{ data: Version[] }>("GET", `/api/v1/segments/${id}/versions`)).data;
}

test("Q121 every edit of the query is kept, newest first, with its author, its words and what it changed", async () => {
  const id = await newSegment(program.owner, dataset, [california]);
  await edit(id, all(california, few(5)));
  await program.owner.ok("PATCH", `/api/v1/segments/${id}`, { json: { name: `${id} renamed` } });
  await edit(id, { ...all(few(3)), combinator: "or" });
  const kept = await versions(id);
  expect(kept.map(({ number, words }) => [number, words])).toEqual([
    [3, "records whose n is less than 3"],
    [2, "records whose state is “CA” and whose n is less than 5"],
    [1, "records whose state is “CA”"],
  ]);
  expect(kept.map(({ difference }) => difference)).toEqual([
    [
      { change: "changed", path: "query.combinator", before: "and", after: "or" },
      { change: "removed", path: "query.rules[0]", before: "whose state is “CA”", after: null },
      { change: "changed", path: "query.rules[0]", before: "whose n is less than 5", after: "whose n is less than 3" },
    ],
    [{ change: "added", path: "query.rules[1]", before: null, after: "whose n is less than 5" }],
    [],
  ]);
  for (const { author, error, at } of kept) {
    expect([author?.email, error, Number.isNaN(Date.parse(at))]).toEqual(["owner@example.com", null, false]);
  }
});

test("Q121 versions come in pages, and what changed is told across their borders", async () => {
  const id = await newSegment(program.owner, dataset, [california]);
  for (const n of [1, 2, 3, 4]) await edit(id, all(few(n)));
  const whole = await versions(id);
  const paged: Version[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { data: Version[]; next_cursor: string | null } = await program.owner.ok(
      "GET",
      `/api/v1/segments/${id}/versions?limit=2${cursor && `&cursor=${cursor}`}`,
    );
    paged.push(...page.data);
    cursor = page.next_cursor;
  }
  expect(paged).toEqual(whole);
  expect(whole).toHaveLength(5);
});

test("Q122 restoring makes a new version with the old query, and the membership follows", async () => {
  const id = await newSegment(program.owner, dataset, [california]);
  await edit(id, all(few(3)));
  const restored = await restore(id, 1);
  expect(restored).toMatchObject({ status: 200, body: { version: 3, member_count: 5, query: all(california) } });
  expect((await versions(id))[0]).toMatchObject({ number: 3, query: all(california) });
  expect(await restore(id, 3)).toMatchObject({ status: 200, body: { version: 3 } });
});

test("Q123 a version that is not there is not found; one that no longer reads is refused, and says so in the list", async () => {
  const own = await newDataset(program.owner, { fields: [{ name: "state", type: "text" }] });
  const id = await newSegment(program.owner, own, [california]);
  for (const version of [0, 2, 99, "x", "1.0", "-1"]) {
    expect(await restore(id, version)).toMatchObject({ status: 404, body: { code: "version_not_found" } });
  }
  await program.owner.ok("PATCH", `/api/v1/datasets/${own}`, { json: { fields: [{ name: "state", type: "number" }] } });
  const [first] = await versions(id);
  expect(first).toMatchObject({ number: 1, words: "", error: expect.stringContaining("number") });
  expect(await restore(id, 1)).toMatchObject({
    status: 422,
    body: { code: "invalid_value", path: "query.rules[0].value" },
  });
  expect(await program.owner.ok("GET", `/api/v1/segments/${id}`)).toMatchObject({ version: 1 });
});

test("Q124 a version is restored with the names that its fields have today", async () => {
  const own = await newDataset(program.owner, { fields: [{ name: "state", type: "text" }] });
  const id = await newSegment(program.owner, own, [california]);
  await edit(id, all());
  const rename = (name: string, new_name: string) =>
    program.owner.ok("PATCH", `/api/v1/datasets/${own}`, { json: { fields: [{ name, new_name }] } });
  await rename("state", "region");
  await edit(id, all({ ...california, field: "region", value: "NY" }));
  await rename("region", "area");
  const kept = await versions(id);
  expect(kept.map(({ number, words, error }) => [number, words, error])).toEqual([
    [4, "records whose area is “NY”", null],
    [3, "records whose area is “NY”", null],
    [2, "all records", null],
    [1, "records whose area is “CA”", null],
  ]);
  expect(kept[0]?.difference).toEqual([
    { change: "changed", path: "query.rules[0]", before: "whose region is “NY”", after: "whose area is “NY”" },
  ]);
  expect(kept[3]?.query).toEqual(all(california));
  expect(await restore(id, 1)).toMatchObject({
    status: 200,
    body: { version: 5, query: all({ ...california, field: "area" }) },
  });
});

test("Q122 a viewer sees versions and restores none", async () => {
  const id = await newSegment(program.owner, dataset, [california]);
  const viewer = await program.member("viewer");
  expect((await viewer.send("GET", `/api/v1/segments/${id}/versions`)).status).toBe(200);
  expect((await viewer.send("POST", `/api/v1/segments/${id}/versions/1/restore`)).status).toBe(403);
});
