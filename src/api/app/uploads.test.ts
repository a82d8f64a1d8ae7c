import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { newDataset, START_MS, startProgram, type TestProgram } from "../testing/program.ts";

let program: TestProgram;
let dataset: string;
const send: TestProgram["owner"]["send"] = (...args) => program.owner.send(...args);

beforeAll(async () => {
  program = await startProgram();
}, START_MS);
afterAll(() => program.close());
beforeEach(async () => {
  dataset = await newDataset(program.owner);
});

const begin = async (more: object = {}) =>
  (await program.owner.ok<{ id: string }>("POST", "/api/v1/uploads", { json: { file_name: "a.csv", ...more } })).id;
const put = (upload: string, part: number | string, body: string) =>
  send("PUT", `/api/v1/uploads/${upload}/parts/${part}`, { body });
const complete = (upload: string) => send("POST", `/api/v1/uploads/${upload}/complete`);
const importBytes = (body: BodyInit, query = "") =>
  send<{ id: string }>("POST", `/api/v1/datasets/${dataset}/imports${query}`, {
    body,
    headers: { "content-type": "text/csv" },
  });

async function ended(id: string): Promise<Record<string, unknown>> {
  return vi.waitFor(async () => {
    const state = await program.owner.ok("GET", `/api/v1/imports/${id}`);
    expect(["done", "failed", "cancelled"]).toContain(state.status);
    return state;
  }, 10_000);
}

test("P62 parts come in any order and again; completing twice answers the same; then it is looked at", async () => {
  const upload = await begin({ bytes: 16 });
  await put(upload, 2, "oops");
  await put(upload, 2, "\na,CA\n");
  expect(await put(upload, 1, "id,state ")).toMatchObject({ body: { part: 1, bytes: 9 } });
  expect(await send("GET", `/api/v1/uploads/${upload}`)).toMatchObject({
    body: { status: "open", inspection: null, parts: [{ part: 1 }, { part: 2, bytes: 6 }] },
  });
  expect(await send("GET", `/api/v1/uploads/${upload}/inspection`)).toMatchObject({
    status: 409,
    body: { code: "upload_open" },
  });
  expect(await complete(upload)).toMatchObject({
    status: 409,
    body: { code: "size_mismatch", expected: 16, actual: 15 },
  });
  await put(upload, 1, "id,state  ");
  for (let n = 0; n < 2; n++)
    expect(await complete(upload)).toMatchObject({ status: 202, body: { status: "complete" } });
  const seen = await vi.waitFor(async () => {
    const state = await program.owner.ok<{ status: string }>("GET", `/api/v1/uploads/${upload}/inspection`);
    expect(state.status).toBe("done");
    return state;
  });
  expect(seen).toMatchObject({ inspection: { rows: 1, fields: [{ name: "id" }, { name: "state" }] } });
  expect(await put(upload, 3, "more")).toMatchObject({ status: 409, body: { code: "upload_complete" } });
});

test("P61 an upload whose parts have a gap is not completed, and says which are missing", async () => {
  const upload = await begin();
  await put(upload, 3, "x");
  expect(await complete(upload)).toMatchObject({ status: 409, body: { code: "missing_parts", missing: [1, 2] } });
  for (const part of ["0", "-1", "x", "10001"]) expect((await put(upload, part, "x")).status).toBe(422);
});

test("P63 an import is answered when its bytes are stored, unpacked; then it runs to its end", async () => {
  const answer = await importBytes(new Uint8Array(gzipSync("id,n\na,1\n,2\n")), "?file_name=people.csv.gz");
  expect(answer).toMatchObject({
    status: 202,
    body: { bytes: 12, file_name: "people.csv.gz", mode: "upsert", created_by: { email: "owner@example.com" } },
  });
  expect(await ended(answer.body.id)).toMatchObject({ status: "done", rows_read: 2, added: 1, rejected: 1 });
  const listed = await send("GET", `/api/v1/datasets/${dataset}/imports`);
  expect(listed).toMatchObject({ body: { data: [{ id: answer.body.id, status: "done" }], next_cursor: null } });
});

test("P63 nothing, and gzip that is cut off, are refused", async () => {
  expect(await importBytes("")).toMatchObject({ status: 422, body: { code: "empty_file" } });
  const cut = new Uint8Array(gzipSync("id,n\na,1\n".repeat(100))).slice(0, 20);
  expect(await importBytes(cut)).toMatchObject({ status: 422, body: { code: "broken_gzip" } });
  expect(await send("GET", `/api/v1/datasets/${dataset}/imports`)).toMatchObject({ body: { data: [] } });
});

test("P63 a completed upload is imported by its id, an open or unknown one is not", async () => {
  const upload = await begin();
  const start = (upload_id: string) =>
    send<{ id: string }>("POST", `/api/v1/datasets/${dataset}/imports`, { json: { upload_id } });
  expect(await start(upload)).toMatchObject({ status: 409, body: { code: "upload_open" } });
  expect(await start("upl_unknown")).toMatchObject({ status: 404, body: { code: "upload_not_found" } });
  await put(upload, 1, "id\na\nb\n");
  await complete(upload);
  const started = await start(upload);
  expect(started).toMatchObject({ status: 202, body: { file_name: "a.csv" } });
  expect(await ended(started.body.id)).toMatchObject({ status: "done", added: 2 });
  expect(await start(upload)).toMatchObject({ status: 409, body: { code: "upload_used" } });
});

test("P64 rejected rows are downloaded with line, reason and the row as it stands", async () => {
  const { body } = await importBytes('id,n\na,1\n" ","x, ""y"""\n');
  expect(await ended(body.id)).toMatchObject({ rejected: 1 });
  const rejects = await send<string>("GET", `/api/v1/imports/${body.id}/rejects`);
  expect(rejects.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(rejects.body.split("\r\n")[0]).toBe("line,reason,row");
  expect(rejects.body.split("\r\n")[1]).toMatch(/^3,.+,".*x, .*"$/);
});

test("P66 an upload whose import failed is imported again", async () => {
  await ended((await importBytes("id\na\nb\nc\n")).body.id);
  const upload = await begin();
  await put(upload, 1, "id\na\n");
  await complete(upload);
  const start = async (more: object) => {
    const json = { upload_id: upload, mode: "replace", ...more };
    const { id } = await program.owner.ok<{ id: string }>("POST", `/api/v1/datasets/${dataset}/imports`, { json });
    return ended(id);
  };
  expect(await start({})).toMatchObject({ status: "failed", error: { code: "removal_needs_confirmation" } });
  expect(await start({ confirm_removal: true })).toMatchObject({ status: "done", removed: 2 });
});

test("P65 after seven days an upload is gone with its files, and a younger one is not", async () => {
  const [old, young] = [await begin(), await begin()];
  await put(old, 1, "x");
  const age = "UPDATE uploads SET created_at = created_at - 7 * 86400000 - 60000 WHERE id = ?";
  await program.host.env.DB.prepare(age).bind(old).run();
  await program.host.program.scheduled(program.host.env);
  expect((await send("GET", `/api/v1/uploads/${old}`)).status).toBe(404);
  expect((await send("GET", `/api/v1/uploads/${young}`)).status).toBe(200);
  const { objects } = await program.host.env.FILES.list({});
  expect(objects.filter((object) => object.key.includes(old))).toEqual([]);
});

test("H77 at a start, an import that was never handed over is taken up, however young it is", async () => {
  await ended((await importBytes("id\na\n")).body.id);
  const upload = await begin();
  await put(upload, 1, "id\nb\n");
  await complete(upload);
  const columns = "workspace_id, dataset_id, file_name, bytes, mode, confirm_removal, created_by";
  const lost = `INSERT INTO imports (id, file_key, created_at, ${columns})
    SELECT 'imp_lost', (SELECT file_key FROM uploads WHERE id = ?), ?, ${columns} FROM imports WHERE dataset_id = ?`;
  await program.host.env.DB.prepare(lost)
    .bind(upload, Date.now() - 10, dataset)
    .run();
  await program.host.program.scheduled(program.host.env);
  expect(await program.owner.ok("GET", "/api/v1/imports/imp_lost")).toMatchObject({ status: "queued" });
  await program.host.program.scheduled(program.host.env, true);
  expect(await ended("imp_lost")).toMatchObject({ status: "done", rows_read: 1, added: 1 });
});
