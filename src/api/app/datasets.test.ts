import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openDatabase, runBatch } from "../../control/database.ts";
import { insertLeftover, leftoversBefore } from "../../control/repositories/leftovers.ts";
import { newDataset, newSegment, START_MS, startProgram, type TestProgram } from "../testing/program.ts";

let program: TestProgram;
let dataset: string;
let path: string;

beforeAll(async () => {
  program = await startProgram();
}, START_MS);
afterAll(() => program.close());
beforeEach(async () => {
  dataset = await newDataset(program.owner);
  path = `/api/v1/datasets/${dataset}`;
});

const addRows = (rows: unknown) => program.owner.ok("POST", `${path}/records`, { json: rows });
const patch = (json: unknown) => program.owner.send("PATCH", path, { json });

test("P30 the key field is there from the start, and a new key joins the fields", async () => {
  expect(await program.owner.ok("GET", path)).toMatchObject({ key: "id", fields: [{ name: "id", type: "text" }] });
  expect(await patch({ key: "code" })).toMatchObject({
    body: { key: "code", fields: [{ name: "id" }, { name: "code" }] },
  });
  expect((await addRows([{ code: "x" }])) as unknown).toMatchObject({ added: 1 });
  expect(await patch({ key: "id" })).toMatchObject({ status: 422, body: { code: "key_immutable" } });
});

test("P31 a renamed field is renamed in queries too, and membership stays exact", async () => {
  await addRows([
    { id: "a", state: "CA" },
    { id: "b", state: "NY" },
  ]);
  const segment = await newSegment(program.owner, dataset, [{ field: "state", operator: "equals", value: "CA" }]);
  const other = await newSegment(program.owner, dataset, [{ field: "id", operator: "is_not_empty" }]);
  expect((await patch({ fields: [{ name: "state", new_name: "region" }] })).status).toBe(200);
  const after = await program.owner.ok("GET", `/api/v1/segments/${segment}`);
  expect(after).toMatchObject({
    version: 2,
    query: { rules: [{ field: "region" }] },
    words: expect.stringContaining("region"),
  });
  expect(await program.owner.ok("GET", `/api/v1/segments/${other}`)).toMatchObject({ version: 1 });
  await program.owner.ok("PATCH", `${path}/records/b`, { json: { data: { region: "CA" } } });
  expect(await program.owner.ok("GET", `/api/v1/segments/${segment}`)).toMatchObject({ member_count: 2 });
});

test("P31 the key field can be renamed: rows are still told apart by it", async () => {
  await addRows([{ id: "a" }]);
  expect(await patch({ fields: [{ name: "id", new_name: "number" }] })).toMatchObject({ body: { key: "number" } });
  expect(await addRows([{ number: "a" }, { number: "b" }])).toMatchObject({ added: 1, unchanged: 1 });
});

test("P33 a dataset with segments goes only by force, and they go with it", async () => {
  await addRows([{ id: "a" }]);
  const segment = await newSegment(program.owner, dataset);
  const refused = await program.owner.send("DELETE", path);
  expect(refused).toMatchObject({ status: 409, body: { code: "dataset_in_use", segments: [{ id: segment }] } });
  expect((await program.owner.send("DELETE", `${path}?force=true`)).status).toBe(204);
  for (const gone of [path, `/api/v1/segments/${segment}`])
    expect((await program.owner.send("GET", gone)).status).toBe(404);
  expect(await program.owner.ok("GET", `/api/v1/segments?dataset_id=${dataset}`)).toMatchObject({ data: [] });
});

test("P7 names are taken once, and dates have known formats", async () => {
  const name = (await program.owner.ok<{ name: string }>("GET", path)).name;
  const create = (json: unknown) => program.owner.send("POST", "/api/v1/datasets", { json });
  expect(await create({ name })).toMatchObject({ status: 409, body: { code: "name_taken", path: "name" } });
  expect(await patch({ fields: [{ name: "d", type: "date", format: "whenever" }] })).toMatchObject({ status: 422 });
  expect(await patch({ fields: [{ name: "d", type: "date", format: "d/m/y" }] })).toMatchObject({ status: 200 });
  const twice = [
    { name: "a", type: "text" },
    { name: " a ", type: "number" },
  ];
  expect(await create({ name: "twice", fields: twice })).toMatchObject({ status: 422, body: { path: "fields" } });
});

test("P51 a change of the time zone reaches segments, and an unknown zone is refused", async () => {
  const zone = (time_zone: string) => program.owner.send("PATCH", "/api/v1/workspace", { json: { time_zone } });
  expect(await zone("Asia/Tokyo")).toMatchObject({ status: 200, body: { time_zone: "Asia/Tokyo" } });
  expect(await zone("Middle/Earth")).toMatchObject({ status: 422, body: { path: "time_zone" } });
  expect(await program.owner.ok("GET", "/api/v1/me")).toMatchObject({ workspace: { time_zone: "Asia/Tokyo" } });
});

test("P72 what a deletion that was cut off left behind is cleared by the minute job", async () => {
  await addRows([{ id: "a" }, { id: "b" }]);
  const { host } = program;
  const left = { dataset_id: dataset, workspace_id: "ws", shard_count: 1, syncs: [] as string[], at: 0 };
  await runBatch(openDatabase(host.env.DB), [insertLeftover(openDatabase(host.env.DB), left)]);
  await host.program.scheduled(host.env);
  expect(await program.owner.send("GET", `${path}/records/a`)).toMatchObject({ status: 404 });
  expect(await leftoversBefore(openDatabase(host.env.DB), 1)).toEqual([]);
});
