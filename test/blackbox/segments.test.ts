import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { eventuallyEquals } from "./eventually.ts";
import {
  allPages,
  createDataset,
  createSegment,
  getSegment,
  importFile,
  memberKeys,
  members,
  only,
  preview,
  recordPath,
  untilLive,
  upsert,
  verify,
} from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { Member, Page, Segment } from "./wire.ts";
import { openWorkspace, unique } from "./workspace.ts";

let owner: Client;
let dataset: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id" })).id;
  await upsert(
    owner,
    dataset,
    Array.from({ length: 300 }, (_, n) => ({ id: `k${n}`, n, plan: n % 3 === 0 ? "Pro" : "Basic" })),
  );
});

test("a segment is created with what was said of it, and becomes live with the count that preview gives", async () => {
  const body = {
    dataset_id: dataset,
    name: unique("Pro"),
    description: "Who pays",
    tags: ["vip", "q3"],
    query: only("plan", "equals", "pro"),
  };
  const answer = await owner.send<Segment>("POST", "/api/v1/segments", { json: body });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    ...body,
    id: expect.stringMatching(/^seg_/),
    version: 1,
    api_exposed: false,
    last_synced_at: null,
  });
  expect(["computing", "live"]).toContain(answer.body.status);
  const live = await untilLive(owner, answer.body.id);
  expect(live.member_count).toBe(100);
  expect((await preview(owner, dataset, body.query)).count).toBe(100);
  expect(await members(owner, live.id)).toHaveLength(100);
  expect(Number.isNaN(Date.parse(live.computed_at ?? ""))).toBe(false);
});

test("the flat form is stored as a group", async () => {
  const query = {
    conditions: [
      { field: "n", operator: "less_than", value: 5 },
      { field: "plan", operator: "equals", value: "Pro" },
    ],
    logic: "OR" as const,
  };
  const segment = await createSegment(owner, dataset, query);
  expect(segment.query).toMatchObject({
    combinator: "or",
    rules: [{ field: "n", operator: "less_than" }, { field: "plan" }],
  });
  expect(segment.query).not.toHaveProperty("conditions");
});

test("members come page by page, each exactly once, in a stable order, with the fields asked for", async () => {
  const segment = await createSegment(owner, dataset, only("plan", "equals", "Basic"));
  const path = `/api/v1/segments/${segment.id}/members`;
  const small = (await allPages<Member>(owner, path, 7)).map(({ key }) => key);
  const large = (await allPages<Member>(owner, path, 1_000)).map(({ key }) => key);
  expect(small).toEqual(large);
  expect(new Set(small).size).toBe(200);
  const narrow = await owner.get<Page<Member> & { delta_cursor: string }>(path, { fields: "n", limit: 1 });
  expect(narrow.delta_cursor).toBeTruthy();
  expect(Object.keys(narrow.data[0]?.fields ?? {})).toEqual(["n"]);
});

test("a record that is a member throughout appears exactly once, whatever changes between the pages", async () => {
  const own = (await createDataset(owner, { key: "id" })).id;
  await upsert(
    owner,
    own,
    Array.from({ length: 100 }, (_, n) => ({ id: `k${n}`, in: n % 2 })),
  );
  const segment = await createSegment(owner, own, only("in", "equals", 1));
  const keys: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page === 0 || cursor !== null; page++) {
    const answer: Page<Member> = await owner.get(`/api/v1/segments/${segment.id}/members`, {
      limit: 10,
      ...(cursor === null ? {} : { cursor }),
    });
    keys.push(...answer.data.map(({ key }) => key));
    cursor = answer.next_cursor;
    await upsert(owner, own, [
      { id: `k${page * 2}`, in: 1 },
      { id: `new${page}`, in: 1 },
      { id: "k99", in: 0 },
      { id: "k99", in: 1 },
    ]);
  }
  expect(new Set(keys).size).toBe(keys.length);
  for (let n = 1; n < 99; n += 2) expect(keys).toContain(`k${n}`);
});

test("an edited query raises the version and removes the members that no longer match", async () => {
  const segment = await createSegment(owner, dataset, only("n", "less_than", 10));
  const edited = await owner.patch<Segment>(`/api/v1/segments/${segment.id}`, { query: only("n", "between", [8, 11]) });
  expect(edited.version).toBe(segment.version + 1);
  expect((await untilLive(owner, segment.id, edited.version)).member_count).toBe(4);
  expect(await memberKeys(owner, segment.id)).toEqual(["k10", "k11", "k8", "k9"]);
});

test("words about a segment change without a new version", async () => {
  const segment = await createSegment(owner, dataset, only("n", "equals", 1));
  const name = unique("renamed");
  const changed = await owner.patch<Segment>(`/api/v1/segments/${segment.id}`, {
    name,
    description: "new",
    tags: ["t"],
    api_exposed: true,
  });
  expect(changed).toMatchObject({
    name,
    description: "new",
    tags: ["t"],
    api_exposed: true,
    version: segment.version,
    member_count: 1,
  });
});

test("If-Match with an old version changes nothing", async () => {
  const segment = await createSegment(owner, dataset, only("n", "equals", 1));
  const path = `/api/v1/segments/${segment.id}`;
  const edit = (version: number, value: number) =>
    owner.send("PATCH", path, { json: { query: only("n", "equals", value) }, headers: { "if-match": `"${version}"` } });
  expect((await edit(segment.version, 2)).status).toBe(200);
  expectProblem(await edit(segment.version, 3), 412, "version_mismatch");
  expect((await getSegment(owner, segment.id)).query.rules).toMatchObject([{ value: 2 }]);
});

test("a name is taken once within a dataset", async () => {
  const { name } = await createSegment(owner, dataset, only("n", "equals", 1));
  const json = { dataset_id: dataset, name, query: only("n", "equals", 2) };
  expectProblem(await owner.send("POST", "/api/v1/segments", { json }), 409, "name_taken");
});

test("a deleted segment is gone from reads, lists and records", async () => {
  const segment = await createSegment(owner, dataset, only("n", "equals", 42));
  expect((await owner.send("DELETE", `/api/v1/segments/${segment.id}`)).status).toBe(204);
  expectProblem(await owner.send("GET", `/api/v1/segments/${segment.id}`), 404);
  expectProblem(await owner.send("GET", `/api/v1/segments/${segment.id}/members`), 404);
  expect((await owner.send("GET", "/api/v1/segments", { query: { limit: 1_000 } })).text).not.toContain(segment.id);
  const record = await owner.get<{ segments: string[] }>(recordPath(dataset, "k42"));
  expect(record.segments).not.toContain(segment.id);
});

test("the list searches, filters and sorts", async () => {
  const own = (await createDataset(owner, { key: "id" })).id;
  await upsert(owner, own, [
    { id: "a", n: 1 },
    { id: "b", n: 2 },
    { id: "c", n: 3 },
  ]);
  const names = ["Beta needle", "alpha", "Gamma"];
  for (const [at, name] of names.entries())
    await createSegment(owner, own, only("n", "greater_than", at), { name, tags: at === 0 ? ["hot"] : [] });
  const list = async (query: Record<string, string>) =>
    (await owner.get<Page<Segment>>("/api/v1/segments", { dataset_id: own, ...query })).data.map(({ name }) => name);
  expect((await list({})).sort()).toEqual([...names].sort());
  expect(await list({ search: "NEEDLE" })).toEqual(["Beta needle"]);
  expect(await list({ tag: "hot" })).toEqual(["Beta needle"]);
  expect(await list({ sort: "name" })).toEqual(["alpha", "Beta needle", "Gamma"]);
  expect(await list({ sort: "-name" })).toEqual(["Gamma", "Beta needle", "alpha"]);
  expect(await list({ sort: "created_at" })).toEqual(names);
  expect(await list({ sort: "-created_at" })).toEqual([...names].reverse());
  expect(await list({ sort: "member_count" })).toEqual([...names].reverse());
  expect(await list({ sort: "-member_count" })).toEqual(names);
  for (const sort of ["name", "-member_count", "updated_at"]) {
    const paged = await allPages<Segment>(owner, `/api/v1/segments?dataset_id=${own}&sort=${sort}`, 1);
    expect(paged.map(({ name }) => name)).toEqual(await list({ sort }));
  }
  expectProblem(await owner.send("GET", "/api/v1/segments", { query: { sort: "colour" } }), [400, 422]);
});

test("every acknowledged write is seen by the next read: count, members, preview and record agree", async () => {
  const own = (await createDataset(owner, { key: "id" })).id;
  await upsert(owner, own, [{ id: "seed", v: 0 }]);
  const query = only("v", "greater_than", 5);
  const segment = await createSegment(owner, own, query);
  for (let n = 1; n <= 20; n++) {
    await upsert(owner, own, [{ id: `k${n}`, v: n }]);
    const wanted = Math.max(0, n - 5);
    expect((await getSegment(owner, segment.id)).member_count).toBe(wanted);
    expect((await preview(owner, own, query)).count).toBe(wanted);
    expect(await memberKeys(owner, segment.id)).toHaveLength(wanted);
  }
});

test("activity shows the latest entries and exits, newest first", async () => {
  const own = (await createDataset(owner, { key: "id" })).id;
  await upsert(owner, own, [{ id: "a", v: 0 }]);
  const segment = await createSegment(owner, own, only("v", "equals", 1));
  await upsert(owner, own, [{ id: "a", v: 1 }]);
  await upsert(owner, own, [{ id: "b", v: 1 }]);
  await upsert(owner, own, [{ id: "a", v: 0 }]);
  const { data } = await owner.get<{ data: { key: string; change: string; at: string }[] }>(
    `/api/v1/segments/${segment.id}/activity`,
  );
  expect(data.map(({ key, change }) => `${key} ${change}`)).toEqual(["a left", "b entered", "a entered"]);
  expect(Number.isNaN(Date.parse(data[0]?.at ?? ""))).toBe(false);
});

test("a segment computed while its file is imported is exact at the end, and verify agrees", async () => {
  const own = (await createDataset(owner, { key: "id" })).id;
  const lines = Array.from({ length: 20_000 }, (_, n) => `k${n},${n % 10}\n`);
  await importFile(owner, own, `id,v\n${lines.slice(0, 10_000).join("")}`);
  const [segment, done] = await Promise.all([
    createSegment(owner, own, only("v", "equals", 3)),
    importFile(owner, own, `id,v\n${lines.join("")}`),
  ]);
  expect(done).toMatchObject({ status: "done", added: 10_000, unchanged: 10_000 });
  expect((await untilLive(owner, segment.id)).member_count).toBe(2_000);
  expect(await verify(owner, segment.id)).toMatchObject({ checked: 20_000, missing: [], extra: [] });
});

test("a segment over an empty dataset is live with no members", async () => {
  const own = (await createDataset(owner, { key: "id", fields: [{ name: "id", type: "text" }] })).id;
  expect((await createSegment(owner, own, { combinator: "and", rules: [] })).member_count).toBe(0);
});

test("a changed time zone moves the members of calendar conditions", async () => {
  const { owner: other } = await openWorkspace("America/Los_Angeles");
  const own = (
    await createDataset(other, {
      key: "id",
      fields: [
        { name: "id", type: "text" },
        { name: "at", type: "datetime" },
      ],
    })
  ).id;
  await upsert(other, own, [
    { id: "night", at: "2024-03-31T05:00:00Z" },
    { id: "noon", at: "2024-03-31T20:00:00Z" },
  ]);
  const segment = await createSegment(other, own, only("at", "on", "2024-03-31"));
  expect(await memberKeys(other, segment.id)).toEqual(["noon"]);
  await other.patch("/api/v1/workspace", { time_zone: "UTC" });
  await eventuallyEquals("both are of that day in UTC", () => memberKeys(other, segment.id), ["night", "noon"]);
  expect(await verify(other, segment.id)).toMatchObject({ missing: [], extra: [] });
});

test("writers at the same time, on the same keys, leave counts, members and verify in agreement", async () => {
  const own = (await createDataset(owner, { key: "id" })).id;
  await upsert(owner, own, [{ id: "k0", v: 0 }]);
  const segment = await createSegment(owner, own, only("v", "less_than", 5));
  const write = (writer: number) => async () => {
    for (let n = 0; n < 10; n++) {
      await upsert(
        owner,
        own,
        Array.from({ length: 20 }, (_, at) => ({ id: `k${(at * 7 + n) % 40}`, v: (at + n + writer) % 10 })),
      );
    }
  };
  await Promise.all(Array.from({ length: 6 }, (_, writer) => write(writer)()));
  const { sample } = await preview(owner, own, { combinator: "and", rules: [] }, 50);
  const wanted = sample
    .filter(({ data }) => Number(data.v) < 5)
    .map(({ key }) => key)
    .sort();
  expect(sample).toHaveLength(40);
  expect(await memberKeys(owner, segment.id)).toEqual(wanted);
  expect((await getSegment(owner, segment.id)).member_count).toBe(wanted.length);
  expect(await verify(owner, segment.id)).toMatchObject({ checked: 40, missing: [], extra: [] });
});
