import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newDataset, newSegment, START_MS, startProgram, type TestProgram } from "../testing/program.ts";

interface Page {
  readonly data: readonly unknown[];
  readonly next_cursor: string | null;
}

let program: TestProgram;
let dataset: string;
let segment: string;
let destination: string;

beforeAll(async () => {
  program = await startProgram();
}, START_MS);
afterAll(() => program.close());
beforeEach(async () => {
  const { owner } = program;
  dataset = await newDataset(owner, { fields: [{ name: "email", type: "text" }] });
  const rows = [1, 2, 3].map((n) => ({ id: `k${n}`, email: `p${n}@example.com` }));
  await owner.ok("POST", `/api/v1/datasets/${dataset}/records`, { json: rows });
  segment = await newSegment(owner, dataset);
  const json = { type: "sandbox", name: "Sandbox" };
  destination = (await owner.ok<{ id: string }>("POST", "/api/v1/destinations", { json })).id;
});

const post = (mapping: unknown, browser = program.owner) =>
  browser.send("POST", "/api/v1/syncs", { json: { segment_id: segment, destination_id: destination, mapping } });

async function newSync(): Promise<string> {
  const answer = await post({ email: "email" });
  expect(answer.status).toBe(201);
  return String(answer.body.id);
}

async function audienceSize(): Promise<number> {
  const path = `/api/v1/destinations/${destination}/audience?segment_id=${segment}`;
  return (await program.owner.ok<{ size: number }>("GET", path)).size;
}

const get = (path: string) => program.owner.ok<Page>("GET", path);
const patient = { timeout: 10_000, interval: 20 };

test("D50 a mapping names every target that is required, no other, and fields that exist", async () => {
  expect(await post({})).toMatchObject({ status: 422, body: { code: "mapping_incomplete", path: "mapping.email" } });
  const unknownTarget = await post({ email: "email", phone: "email" });
  expect(unknownTarget).toMatchObject({ status: 422, body: { code: "unknown_target", path: "mapping.phone" } });
  const unknownField = await post({ email: "e_mail" });
  expect(unknownField).toMatchObject({ status: 422, body: { code: "unknown_field", path: "mapping.email" } });
});

test("D51 a segment has one sync to a destination", async () => {
  await newSync();
  expect(await post({ email: "email" })).toMatchObject({ status: 409, body: { code: "sync_exists" } });
});

test("D52 a destination that a sync uses is not deleted; one without is", async () => {
  const sync = await newSync();
  const path = `/api/v1/destinations/${destination}`;
  expect(await program.owner.send("DELETE", path)).toMatchObject({ status: 409, body: { code: "destination_in_use" } });
  await program.owner.ok("DELETE", `/api/v1/syncs/${sync}`);
  expect((await program.owner.send("DELETE", path)).status).toBe(204);
  expect((await program.owner.send("GET", path)).status).toBe(404);
});

test("D53 a sync goes on when the field that it maps is renamed", async () => {
  const sync = await newSync();
  await expect.poll(audienceSize, patient).toBe(3);
  const fields = [{ name: "email", new_name: "E-mail" }];
  await program.owner.ok("PATCH", `/api/v1/datasets/${dataset}`, { json: { fields } });
  await program.owner.ok("POST", `/api/v1/syncs/${sync}/pause`);
  await program.owner.ok("POST", `/api/v1/syncs/${sync}/resume`);
  const json = [{ id: "k4", "E-mail": "p4@example.com" }];
  await program.owner.ok("POST", `/api/v1/datasets/${dataset}/records`, { json });
  await expect.poll(audienceSize, patient).toBe(4);
  const answer = await program.owner.ok("GET", `/api/v1/syncs/${sync}`);
  expect(answer).toMatchObject({ mapping: { email: "E-mail" }, error: null });
});

test("D54 a deleted dataset's syncs withdraw what they sent", async () => {
  const sync = await newSync();
  await expect.poll(audienceSize, patient).toBe(3);
  await program.owner.ok("DELETE", `/api/v1/datasets/${dataset}?force=true`);
  await expect.poll(audienceSize, patient).toBe(0);
  expect((await program.owner.send("GET", `/api/v1/syncs/${sync}`)).status).toBe(404);
});

test("D55 whoever may not change destinations and syncs may look at them", async () => {
  const sync = await newSync();
  const analyst = await program.member("analyst");
  expect(await post({ email: "email" }, analyst)).toMatchObject({ status: 403, body: { needed_role: "admin" } });
  expect((await analyst.send("POST", `/api/v1/syncs/${sync}/pause`)).status).toBe(403);
  const ads = `/api/v1/destinations/${destination}`;
  expect((await analyst.send("PUT", `${ads}/faults`, { json: { kind: "unavailable" } })).status).toBe(403);
  for (const path of [`/api/v1/syncs/${sync}`, `/api/v1/syncs/${sync}/runs`, `${ads}/audiences`]) {
    expect((await analyst.send("GET", path)).status).toBe(200);
  }
});

test("D56 pages follow each other; a cursor of another kind is refused", async () => {
  const sync = await newSync();
  await expect.poll(audienceSize, patient).toBe(3);
  const audience = `/api/v1/destinations/${destination}/audience?segment_id=${segment}&limit=2`;
  const first = await get(audience);
  const second = await get(`${audience}&cursor=${first.next_cursor}`);
  expect([first.data.length, second.data.length, second.next_cursor]).toEqual([2, 1, null]);
  const runs = `/api/v1/syncs/${sync}/runs`;
  const added = async () => (await program.owner.ok<{ data: { id: string; added: number }[] }>("GET", runs)).data;
  await expect.poll(async () => (await added()).map((run) => run.added), patient).toEqual([3]);
  const results = `${runs}/${(await added())[0]?.id}/results?limit=2`;
  const begin = await get(results);
  const rest = await get(`${results}&cursor=${begin.next_cursor}`);
  expect([begin.data.length, rest.data.length, rest.next_cursor]).toEqual([2, 1, null]);
  for (const path of [`${runs}?cursor=x`, `${runs}?cursor=${first.next_cursor}`, "/api/v1/syncs?cursor=W10"]) {
    expect(await program.owner.send("GET", path)).toMatchObject({ status: 400, body: { code: "invalid_cursor" } });
  }
  expect((await program.owner.send("GET", `${runs}/run_none/results`)).status).toBe(404);
});
