import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import {
  allPages,
  countOf,
  createDataset,
  createSegment,
  getDataset,
  getRecord,
  getSegment,
  only,
  preview,
  untilLive,
  upsert,
} from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { Dataset, FieldShape } from "./wire.ts";
import { openWorkspace, unique } from "./workspace.ts";

let owner: Client;
const everyType: FieldShape[] = [
  { name: "id", type: "text" },
  { name: "spend", type: "number" },
  { name: "active", type: "boolean" },
  { name: "born", type: "date" },
  { name: "seen_at", type: "datetime" },
  { name: "tags", type: "text_array" },
];

beforeAll(async () => {
  ({ owner } = await openWorkspace());
});

test("a dataset is created with its key and typed fields, and read back the same", async () => {
  const answer = await owner.send<Dataset>("POST", "/api/v1/datasets", {
    json: { name: unique("d"), key: "id", fields: everyType },
  });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({ id: expect.stringMatching(/^ds_/), key: "id", record_count: 0, relations: [] });
  expect(answer.body.fields.map(({ name, type }) => ({ name, type }))).toEqual(everyType);
  expect(await getDataset(owner, answer.body.id)).toEqual(answer.body);
});

test("the key field belongs to the fields even when it was not listed", async () => {
  const dataset = await createDataset(owner, { key: "id" });
  expect(dataset.fields.map((field) => field.name)).toEqual(["id"]);
});

test("a name is taken once in a workspace", async () => {
  const { name } = await createDataset(owner);
  expectProblem(await owner.send("POST", "/api/v1/datasets", { json: { name } }), 409, "name_taken");
});

test("the list shows each dataset once, page by page, and ends with a null cursor", async () => {
  for (let n = 0; n < 5; n++) await createDataset(owner);
  const whole = await owner.get<{ data: Dataset[] }>("/api/v1/datasets", { limit: 1_000 });
  const paged = await allPages<Dataset>(owner, "/api/v1/datasets", 2);
  expect(paged.map(({ id }) => id)).toEqual(whole.data.map(({ id }) => id));
  expect(new Set(paged.map(({ id }) => id)).size).toBe(paged.length);
});

test("it tells how many records and segments it has, who made it and when", async () => {
  const dataset = await createDataset(owner, { key: "id" });
  await upsert(owner, dataset.id, [{ id: "a" }, { id: "b" }]);
  await createSegment(owner, dataset.id, only("id", "equals", "a"));
  const { user } = await owner.get<{ user: { email: string } }>("/api/v1/me");
  const told = await getDataset(owner, dataset.id);
  expect(told).toMatchObject({ record_count: 2, segment_count: 1, created_by: { email: user.email } });
  expect(Number.isNaN(Date.parse(told.created_at))).toBe(false);
});

test("the key field may change while there are no rows, and not after", async () => {
  const dataset = await createDataset(owner, { key: "id", fields: everyType });
  await owner.patch(`/api/v1/datasets/${dataset.id}`, { key: "spend" });
  await owner.patch(`/api/v1/datasets/${dataset.id}`, { key: "id" });
  await upsert(owner, dataset.id, [{ id: "a" }]);
  const late = await owner.send("PATCH", `/api/v1/datasets/${dataset.id}`, { json: { key: "spend" } });
  expectProblem(late, 422, "key_immutable");
});

test("a field's changed type counts at once: what does not fit is empty, and still returned as it came", async () => {
  const dataset = await createDataset(owner, {
    key: "id",
    fields: [
      { name: "id", type: "text" },
      { name: "spend", type: "text" },
    ],
  });
  await upsert(owner, dataset.id, [
    { id: "a", spend: "12" },
    { id: "b", spend: "a dozen" },
    { id: "c", spend: "3" },
  ]);
  const segment = await createSegment(owner, dataset.id, only("spend", "is_empty"));
  expect(segment.member_count).toBe(0);
  await owner.patch(`/api/v1/datasets/${dataset.id}`, { fields: [{ name: "spend", type: "number" }] });
  expect(await countOf(owner, dataset.id, only("spend", "greater_than", 5))).toBe(1);
  expect((await preview(owner, dataset.id, only("spend", "is_empty"))).sample.map(({ key }) => key)).toEqual(["b"]);
  expect((await getRecord(owner, dataset.id, "b")).data.spend).toBe("a dozen");
  expect((await getRecord(owner, dataset.id, "a")).data.spend).toBe(12);
  expect((await untilLive(owner, segment.id)).member_count).toBe(1);
});

test("a renamed field keeps its values, and each query that names it gets a new version", async () => {
  const dataset = await createDataset(owner, { key: "id" });
  await upsert(owner, dataset.id, [
    { id: "a", state: "CA" },
    { id: "b", state: "NY" },
  ]);
  const segment = await createSegment(owner, dataset.id, only("state", "equals", "CA"));
  await owner.patch(`/api/v1/datasets/${dataset.id}`, { fields: [{ name: "state", new_name: "region" }] });
  const told = await untilLive(owner, segment.id);
  expect(told).toMatchObject({
    member_count: 1,
    version: segment.version + 1,
    query: { rules: [{ field: "region" }] },
  });
  expect((await getRecord(owner, dataset.id, "a")).data).toMatchObject({ id: "a", region: "CA" });
  expect(await countOf(owner, dataset.id, only("region", "equals", "NY"))).toBe(1);
});

test("unknown field names in a PATCH are added, named ones change, others stay", async () => {
  const dataset = await createDataset(owner, { key: "id", fields: everyType });
  const body = {
    fields: [
      { name: "plan", type: "text" },
      { name: "spend", type: "text" },
    ],
  };
  const changed = await owner.patch<Dataset>(`/api/v1/datasets/${dataset.id}`, body);
  const types = Object.fromEntries(changed.fields.map(({ name, type }) => [name, type]));
  expect(types).toEqual({
    id: "text",
    spend: "text",
    active: "boolean",
    born: "date",
    seen_at: "datetime",
    tags: "text_array",
    plan: "text",
  });
});

test("values are suggested from the data with their counts", async () => {
  const dataset = await createDataset(owner, { key: "id" });
  const rows = ["Basic", "Pro", "Pro", "Pro Max"].map((plan, n) => ({ id: String(n), plan }));
  await upsert(owner, dataset.id, rows);
  const path = `/api/v1/datasets/${dataset.id}/values`;
  const all = await owner.get<{ data: { value: unknown; count: number }[] }>(path, { field: "plan" });
  expect(all.data[0]).toEqual({ value: "Pro", count: 2 });
  const typed = await owner.get<{ data: { value: unknown }[] }>(path, { field: "plan", text: "pro" });
  expect(typed.data.map(({ value }) => value)).toEqual(["Pro", "Pro Max"]);
  expectProblem(await owner.send("GET", path, { query: { field: "colour" } }), [400, 404, 422]);
});

test("a dataset in use is deleted only by force, and its segments with it", async () => {
  const dataset = await createDataset(owner, { key: "id" });
  const segment = await createSegment(owner, dataset.id, only("id", "is_not_empty"));
  const path = `/api/v1/datasets/${dataset.id}`;
  const refusal = await owner.send("DELETE", path);
  expectProblem(refusal, 409, "dataset_in_use");
  expect(refusal.text).toContain(segment.id);
  expect((await getSegment(owner, segment.id)).id).toBe(segment.id);
  await owner.delete(path, { force: true });
  expectProblem(await owner.send("GET", path), 404);
  expectProblem(await owner.send("GET", `/api/v1/segments/${segment.id}`), 404);
});

test("a dataset without segments is deleted, and its name is free again", async () => {
  const { id, name } = await createDataset(owner);
  expect((await owner.send("DELETE", `/api/v1/datasets/${id}`)).status).toBe(204);
  await createDataset(owner, { name });
});
