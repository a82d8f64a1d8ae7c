import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import {
  allRecords,
  createDataset,
  createSegment,
  getDataset,
  getRecord,
  getSegment,
  only,
  recordPath,
  upsert,
} from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { Stored, UpsertAnswer } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;
let dataset: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id" })).id;
});

test("rows are added, updated or unchanged, each counted once", async () => {
  expect(
    await upsert(owner, dataset, [
      { id: "r1", n: 1 },
      { id: "r2", n: 2 },
    ]),
  ).toEqual({ added: 2, updated: 0, unchanged: 0, rejected: [] });
  expect(
    await upsert(owner, dataset, [
      { id: "r1", n: 1 },
      { id: "r2", n: 3 },
      { id: "r3", n: 4 },
    ]),
  ).toEqual({ added: 1, updated: 1, unchanged: 1, rejected: [] });
});

test("an upsert merges: named fields are set, null empties them, others stay", async () => {
  await upsert(owner, dataset, [{ id: "m", name: "Ann", state: "CA", plan: "Pro" }]);
  await upsert(owner, dataset, [{ id: "m", state: "NY", plan: null }]);
  const { data } = await getRecord(owner, dataset, "m");
  expect(data).toMatchObject({ id: "m", name: "Ann", state: "NY" });
  expect(data.plan ?? null).toBeNull();
});

test("a field that is new is added to the schema", async () => {
  await upsert(owner, dataset, [{ id: "f", 'brand.new "field" 🎈': "yes" }]);
  const { fields } = await getDataset(owner, dataset);
  expect(fields.map(({ name }) => name)).toContain('brand.new "field" 🎈');
  expect((await getRecord(owner, dataset, "f")).data['brand.new "field" 🎈']).toBe("yes");
});

test("NDJSON does what a JSON array does", async () => {
  const body = `{"id":"nd1","v":1}\n{"id":"nd2","v":2}\n\n{"id":"nd1","v":1}`;
  const headers = { "content-type": "application/x-ndjson" };
  const answer = await owner.expect<UpsertAnswer>("POST", `/api/v1/datasets/${dataset}/records`, { body, headers });
  expect(answer).toMatchObject({ added: 2, unchanged: 1, rejected: [] });
  expect((await getRecord(owner, dataset, "nd2")).data.v).toBe(2);
});

test("rows without a key are rejected one by one with a reason; the others go in", async () => {
  const rows = [{ id: "k1" }, { name: "no key" }, { id: "  " }, { id: null }, { id: "k2" }];
  const answer = await upsert(owner, dataset, rows);
  expect(answer.added).toBe(2);
  expect(answer.rejected.map(({ index }) => index)).toEqual([1, 2, 3]);
  for (const { reason } of answer.rejected) expect(reason).toMatch(/\w+ \w+/);
});

test("a key that repeats within one batch: the last row wins", async () => {
  const answer = await upsert(owner, dataset, [
    { id: "twice", v: 1 },
    { id: "twice", v: 2 },
  ]);
  expect(answer.added + answer.updated + answer.unchanged + answer.rejected.length).toBe(2);
  expect((await getRecord(owner, dataset, "twice")).data.v).toBe(2);
});

test("keys are exact text with case, trimmed; a number is its shortest decimal form", async () => {
  await upsert(owner, dataset, [{ id: " Case " }, { id: "case" }, { id: 7 }, { id: "007" }, { id: 1.5 }]);
  for (const key of ["Case", "case", "7", "007", "1.5"]) expect((await getRecord(owner, dataset, key)).key).toBe(key);
});

test("a key may hold any character", async () => {
  const keys = ["a/b", "a b", "a%2Fb", "ä?&#", "🎈", "..", "'; DROP TABLE rows; --"];
  await upsert(
    owner,
    dataset,
    keys.map((id) => ({ id })),
  );
  for (const key of keys.filter((each) => each !== "..")) expect((await getRecord(owner, dataset, key)).key).toBe(key);
  expect((await allRecords(owner, dataset)).map(({ key }) => key)).toEqual(expect.arrayContaining(keys));
});

test("a record tells its times and its segments", async () => {
  await upsert(owner, dataset, [{ id: "t0", colour: "blue" }]);
  const segment = await createSegment(owner, dataset, only("colour", "equals", "red"));
  await upsert(owner, dataset, [{ id: "t1", colour: "red" }]);
  const made = await getRecord(owner, dataset, "t1");
  expect(made.segments).toContain(segment.id);
  expect(Date.parse(made.updated_at)).toBeGreaterThanOrEqual(Date.parse(made.created_at));
  const patched = await owner.patch<Stored>(recordPath(dataset, "t1"), { data: { colour: "blue" } });
  expect(patched.data.colour).toBe("blue");
  expect(await getRecord(owner, dataset, "t1")).toMatchObject({ created_at: made.created_at, segments: [] });
});

test("a change that changes nothing does not move updated_at", async () => {
  await upsert(owner, dataset, [{ id: "same", v: 1 }]);
  const before = await getRecord(owner, dataset, "same");
  await upsert(owner, dataset, [{ id: "same", v: 1 }]);
  expect((await getRecord(owner, dataset, "same")).updated_at).toBe(before.updated_at);
});

test("PATCH merges, answers the record, and empties with null", async () => {
  await upsert(owner, dataset, [{ id: "p", name: "Ann", state: "CA" }]);
  const patched = await owner.patch<Stored>(recordPath(dataset, "p"), { data: { state: null, plan: "Pro" } });
  expect(patched).toMatchObject({ key: "p", data: { name: "Ann", plan: "Pro" } });
  expect(patched.data.state ?? null).toBeNull();
});

test("a record's key cannot be changed", async () => {
  await upsert(owner, dataset, [{ id: "fixed" }]);
  expectProblem(
    await owner.send("PATCH", recordPath(dataset, "fixed"), { json: { data: { id: "other" } } }),
    422,
    "key_immutable",
  );
  await owner.patch(recordPath(dataset, "fixed"), { data: { id: "fixed", v: 9 } });
  expect((await getRecord(owner, dataset, "fixed")).data.v).toBe(9);
});

test("a deleted record is gone from reads, lists, counts and segments", async () => {
  await upsert(owner, dataset, [{ id: "gone", mark: "x" }]);
  const segment = await createSegment(owner, dataset, only("mark", "equals", "x"));
  const before = (await getDataset(owner, dataset)).record_count;
  expect((await owner.send("DELETE", recordPath(dataset, "gone"))).status).toBe(204);
  expectProblem(await owner.send("GET", recordPath(dataset, "gone")), 404, "record_not_found");
  expect((await getSegment(owner, segment.id)).member_count).toBe(0);
  expect((await getDataset(owner, dataset)).record_count).toBe(before - 1);
  expect((await allRecords(owner, dataset)).some(({ key }) => key === "gone")).toBe(false);
  await upsert(owner, dataset, [{ id: "gone", other: "y" }]);
  expect((await getRecord(owner, dataset, "gone")).data.mark ?? null).toBeNull();
});

test("what is not there answers 404 to read, change and removal alike", async () => {
  const path = recordPath(dataset, "never");
  expectProblem(await owner.send("GET", path), 404, "record_not_found");
  expectProblem(await owner.send("PATCH", path, { json: { data: { v: 1 } } }), 404, "record_not_found");
  expectProblem(await owner.send("DELETE", path), 404, "record_not_found");
});

test("paging shows each record exactly once, also while others are written", async () => {
  const { id } = await createDataset(owner, { key: "id" });
  await upsert(
    owner,
    id,
    Array.from({ length: 250 }, (_, n) => ({ id: `s${n}` })),
  );
  const first = await owner.get<{ data: Stored[]; next_cursor: string }>(`/api/v1/datasets/${id}/records`, {
    limit: 100,
  });
  await upsert(
    owner,
    id,
    Array.from({ length: 50 }, (_, n) => ({ id: `late${n}` })),
  );
  const rest: Stored[] = [];
  for (let cursor: string | null = first.next_cursor; cursor !== null; ) {
    const page: { data: Stored[]; next_cursor: string | null } = await owner.get(`/api/v1/datasets/${id}/records`, {
      limit: 60,
      cursor,
    });
    rest.push(...page.data);
    cursor = page.next_cursor;
  }
  const keys = [...first.data, ...rest].map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.filter((key) => key.startsWith("s"))).toHaveLength(250);
});

test("JSON answers carry typed values", async () => {
  const { id } = await createDataset(owner, {
    key: "id",
    fields: [
      { name: "id", type: "text" },
      { name: "n", type: "number" },
      { name: "b", type: "boolean" },
      { name: "d", type: "date" },
      { name: "a", type: "text_array" },
    ],
  });
  await upsert(owner, id, [
    { id: "typed", n: 12.5, b: true, d: "2024-02-29", a: ["x", "y"] },
    { id: "unfit", n: "a lot" },
  ]);
  expect((await getRecord(owner, id, "typed")).data).toEqual({
    id: "typed",
    n: 12.5,
    b: true,
    d: "2024-02-29",
    a: ["x", "y"],
  });
  expect((await getRecord(owner, id, "unfit")).data.n).toBe("a lot");
});

test("rows for a dataset without a key field are refused with what to do", async () => {
  const { id } = await createDataset(owner, { key: null });
  const answer = await owner.send("POST", `/api/v1/datasets/${id}/records`, { json: [{ name: "Ann" }] });
  expect(expectProblem(answer, [400, 409, 422]).detail).toMatch(/key/i);
});

test("ten thousand rows go in one call, and a page shows a hundred unless more are asked for", async () => {
  const { id } = await createDataset(owner, { key: "id" });
  const answer = await upsert(
    owner,
    id,
    Array.from({ length: 10_000 }, (_, n) => ({ id: `k${n}`, n })),
  );
  expect(answer).toEqual({ added: 10_000, updated: 0, unchanged: 0, rejected: [] });
  const path = `/api/v1/datasets/${id}/records`;
  expect((await owner.get<{ data: Stored[] }>(path)).data).toHaveLength(100);
  expect((await owner.get<{ data: Stored[] }>(path, { limit: 1_000 })).data).toHaveLength(1_000);
});
