import { afterAll, beforeAll, expect, test } from "vitest";
import { newDataset, newSegment, START_MS, startProgram, type TestProgram } from "../testing/program.ts";

let program: TestProgram;
let dataset: string;

interface Page {
  data: { key: string; fields: Record<string, unknown> }[];
  next_cursor: string | null;
  delta_cursor: string;
}

beforeAll(async () => {
  program = await startProgram();
  dataset = await newDataset(program.owner);
  const json = Array.from({ length: 20 }, (_, n) => ({ id: `k${n}`, n, state: n % 2 ? "CA" : "NY" }));
  await program.owner.ok("POST", `/api/v1/datasets/${dataset}/records`, { json });
}, START_MS);
afterAll(() => program.close());

const california = [{ field: "state", operator: "equals", value: "CA" }];
const change = (id: string, json: unknown, match?: string) =>
  program.owner.send("PATCH", `/api/v1/segments/${id}`, { json, ...(match ? { headers: { "if-match": match } } : {}) });

test("P40 an edit of the query is a new version, an edit of anything else is not", async () => {
  const id = await newSegment(program.owner, dataset, california);
  expect((await change(id, { name: "renamed", tags: ["a"], description: "d" })).body).toMatchObject({
    version: 1,
    name: "renamed",
  });
  const same = { combinator: "and", rules: california };
  expect((await change(id, { query: same })).body).toMatchObject({ version: 1 });
  const flat = { conditions: [{ field: "n", operator: "less_than", value: 5 }], logic: "OR" };
  const edited = await change(id, { query: flat });
  expect(edited.body).toMatchObject({ version: 2, query: { combinator: "or" }, member_count: 5 });
  expect(edited.headers.get("etag")).toBe('"2"');
});

test("P41 a change on an older version is refused and changes nothing; on the newest, or any, it is made", async () => {
  const id = await newSegment(program.owner, dataset, california);
  await change(id, { query: { combinator: "and", rules: [] } });
  expect(await change(id, { name: "late" }, '"1"')).toMatchObject({
    status: 412,
    body: { code: "version_mismatch", actual: 2 },
  });
  expect((await change(id, { description: "x" }, '"2"')).status).toBe(200);
  expect((await change(id, { description: "y" }, "*")).status).toBe(200);
  expect(await change(id, {}, "two")).toMatchObject({ status: 400, body: { code: "invalid_if_match" } });
  expect(await program.owner.ok("GET", `/api/v1/segments/${id}`)).not.toMatchObject({ name: "late" });
});

test("P43 a segment whose field was made another type fails with the reason, and is mended by a new query", async () => {
  const own = await newDataset(program.owner, { fields: [{ name: "n", type: "number" }] });
  await program.owner.ok("POST", `/api/v1/datasets/${own}/records`, { json: [{ id: "a", n: 1 }] });
  const broken = await newSegment(program.owner, own, [{ field: "n", operator: "greater_than", value: 0 }]);
  const sound = await newSegment(program.owner, own, [{ field: "id", operator: "equals", value: "a" }]);
  await program.owner.ok("PATCH", `/api/v1/datasets/${own}`, { json: { fields: [{ name: "n", type: "boolean" }] } });
  const failed = await program.owner.ok("GET", `/api/v1/segments/${broken}`);
  expect(failed).toMatchObject({ status: "failed", error: expect.stringMatching(/greater_than/) });
  const members = await program.owner.send("GET", `/api/v1/segments/${broken}/members`);
  expect(members).toMatchObject({ status: 409, body: { code: "segment_failed" } });
  expect(await program.owner.ok("GET", `/api/v1/segments/${sound}`)).toMatchObject({ status: "live", member_count: 1 });
  expect((await change(broken, { query: { combinator: "and", rules: [] } })).body).toMatchObject({
    error: null,
    member_count: 1,
  });
});

test("P44 a name is taken once in a dataset, and free in another", async () => {
  const create = (dataset_id: string) =>
    program.owner.send("POST", "/api/v1/segments", {
      json: { dataset_id, name: "Taken", query: { combinator: "and", rules: [] } },
    });
  expect((await create(dataset)).status).toBe(201);
  expect(await create(dataset)).toMatchObject({ status: 409, body: { code: "name_taken", path: "name" } });
  expect((await create(await newDataset(program.owner))).status).toBe(201);
});

test("P45 the outbox tells of a segment that was made, changed and deleted", async () => {
  const id = await newSegment(program.owner, dataset);
  await change(id, { description: "x" });
  await change(id, { query: { combinator: "and", rules: "none" } });
  await program.owner.ok("DELETE", `/api/v1/segments/${id}`);
  const told = "SELECT type FROM outbox WHERE json_extract(data, '$.segment_id') = ? ORDER BY rowid";
  const { results } = await program.host.env.DB.prepare(told).bind(id).all<{ type: string }>();
  expect(results.map(({ type }) => type)).toEqual(["segment.created", "segment.updated", "segment.deleted"]);
});

test("P46 pages of members hold each once in a stable order, with one delta_cursor", async () => {
  const id = await newSegment(program.owner, dataset, california);
  const path = `/api/v1/segments/${id}/members`;
  const whole = await program.owner.ok<Page>("GET", path);
  const keys: string[] = [];
  const deltas = new Set<string>();
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Page = await program.owner.ok<Page>(
      "GET",
      `${path}?limit=3&fields=state,n${cursor && `&cursor=${cursor}`}`,
    );
    keys.push(...page.data.map((member) => member.key));
    deltas.add(page.delta_cursor);
    expect(Object.keys(page.data[0]?.fields ?? { state: 0, n: 0 })).toEqual(["state", "n"]);
    cursor = page.next_cursor;
  }
  expect(keys).toEqual(whole.data.map((member) => member.key));
  expect(deltas.size).toBe(1);
  expect(await program.owner.send("GET", `${path}?fields=nope`)).toMatchObject({
    status: 422,
    body: { code: "unknown_field" },
  });
});

test("P8 the list is sorted by members too, page by page, each segment once", async () => {
  const list = (query: string) =>
    program.owner.ok<{ data: { id: string; member_count: number }[]; next_cursor: string | null }>(
      "GET",
      `/api/v1/segments?${query}`,
    );
  const whole = await list("sort=-member_count&limit=1000");
  const counts = whole.data.map((segment) => segment.member_count);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof list>> = await list(
      `sort=-member_count&limit=2${cursor && `&cursor=${cursor}`}`,
    );
    ids.push(...page.data.map((segment) => segment.id));
    cursor = page.next_cursor;
  }
  expect(ids).toEqual(whole.data.map((segment) => segment.id));
});

test("P7 an owner has to be a member, and a wrong query says where it is wrong", async () => {
  const create = (more: object) =>
    program.owner.send("POST", "/api/v1/segments", {
      json: { dataset_id: dataset, name: "x", query: { combinator: "and", rules: [] }, ...more },
    });
  expect(await create({ owner_id: "usr_nobody" })).toMatchObject({
    status: 422,
    body: { code: "unknown_owner", path: "owner_id" },
  });
  const query = { combinator: "and", rules: [{ field: "stat", operator: "equals", value: "CA" }] };
  expect(await create({ query })).toMatchObject({
    status: 422,
    body: { code: "unknown_field", path: "query.rules[0].field" },
  });
  expect(await create({ query: undefined })).toMatchObject({
    status: 422,
    body: { code: "invalid_request", path: "query" },
  });
});

test("P50 sixty segments made at the same time are all there, computed and exact", async () => {
  const own = await newDataset(program.owner);
  await program.owner.ok("POST", `/api/v1/datasets/${own}/records`, { json: [{ id: "a" }, { id: "b" }] });
  await Promise.all(Array.from({ length: 60 }, () => newSegment(program.owner, own)));
  const { data } = await program.owner.ok<{ data: unknown[] }>("GET", `/api/v1/segments?dataset_id=${own}`);
  expect(data).toHaveLength(60);
  for (const segment of data) expect(segment).toMatchObject({ status: "live", member_count: 2 });
});
