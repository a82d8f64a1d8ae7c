/** Files in resumable parts. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { eventually } from "./eventually.ts";
import { createDataset, getRecord, settled } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { Import } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

interface Upload {
  id: string;
  part_bytes: number;
  parts: { part: number; bytes: number }[];
  status: string;
}

interface Inspected {
  status: string;
  inspection: {
    rows: number;
    delimiter: string;
    fields: { name: string; type: string }[];
    key_candidates: string[];
    sample: string[][];
  } | null;
}

let owner: Client;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
});

const open = (file_name: string) => owner.post<Upload>("/api/v1/uploads", { file_name });
const putPart = (upload: string, part: number, body: string) =>
  owner.expect<{ part: number; bytes: number }>("PUT", `/api/v1/uploads/${upload}/parts/${part}`, {
    body,
    headers: { "content-type": "application/octet-stream" },
  });

async function inspect(upload: string): Promise<Inspected> {
  return eventually(
    "the inspection ends",
    async () => {
      const state = await owner.get<Inspected>(`/api/v1/uploads/${upload}/inspection`);
      return state.status !== "running" && state;
    },
    60_000,
  );
}

async function importUpload(dataset: string, upload: string): Promise<Import> {
  const begun = await owner.post<Import>(`/api/v1/datasets/${dataset}/imports`, { upload_id: upload, mode: "upsert" });
  return settled(owner, begun.id);
}

test("one small part: looked at before it is imported, then imported", async () => {
  const { id: upload } = await open("small.csv");
  await putPart(upload, 1, "id;name;n\na;Ann;1\nb;Bob;2\n");
  await owner.post(`/api/v1/uploads/${upload}/complete`);
  const { status, inspection } = await inspect(upload);
  expect(status).toBe("done");
  expect(inspection).toMatchObject({ rows: 2, delimiter: ";", key_candidates: expect.arrayContaining(["id"]) });
  expect(inspection?.fields.map(({ name, type }) => [name, type])).toEqual([
    ["id", "text"],
    ["name", "text"],
    ["n", "number"],
  ]);
  expect(inspection?.sample[0]).toEqual(["a", "Ann", "1"]);
  const { id } = await createDataset(owner, { key: "id" });
  expect(await importUpload(id, upload)).toMatchObject({ status: "done", file_name: "small.csv", added: 2 });
});

test("parts arrive in any order, one of them twice, cut in the middle of a row", async () => {
  const { id: upload, part_bytes } = await open("large.csv");
  const size = Math.max(part_bytes, 5 * 2 ** 20);
  const lines = Array.from({ length: Math.ceil((size * 1.2) / 100) }, (_, n) => `k${n},${"x".repeat(90)}\n`);
  const text = `id,filler\n${lines.join("")}`;
  await putPart(upload, 2, text.slice(size));
  await putPart(upload, 1, text.slice(0, size));
  await putPart(upload, 2, text.slice(size));
  const state = await owner.get<Upload>(`/api/v1/uploads/${upload}`);
  expect(state.parts.map(({ part, bytes }) => [part, bytes])).toEqual([
    [1, size],
    [2, text.length - size],
  ]);
  await owner.post(`/api/v1/uploads/${upload}/complete`);
  const { id } = await createDataset(owner, { key: "id" });
  expect(await importUpload(id, upload)).toMatchObject({
    status: "done",
    rows_read: lines.length,
    added: lines.length,
  });
  expect((await getRecord(owner, id, `k${lines.length - 1}`)).key).toBe(`k${lines.length - 1}`);
});

test("an upload that is unknown, empty or not complete is refused with what to do", async () => {
  expectProblem(await owner.send("GET", "/api/v1/uploads/upl_unknown"), 404);
  const { id: dataset } = await createDataset(owner, { key: "id" });
  const { id: upload } = await open("none.csv");
  const early = await owner.send("POST", `/api/v1/datasets/${dataset}/imports`, { json: { upload_id: upload } });
  expect(early.status).toBeGreaterThanOrEqual(400);
  expectProblem(early, early.status);
  const empty = await owner.send("POST", `/api/v1/uploads/${upload}/complete`);
  expectProblem(empty, [400, 409, 422]);
  expectProblem(await owner.send("PUT", `/api/v1/uploads/${upload}/parts/0`, { body: "x" }), [400, 404, 422]);
});
