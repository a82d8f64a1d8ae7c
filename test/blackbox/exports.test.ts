import { beforeAll, expect, test } from "vitest";
import { Client } from "./client.ts";
import { eventually } from "./eventually.ts";
import { type KeyClient, withKey } from "./keys.ts";
import { createDataset, createSegment, only, upsert } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import { openWorkspace } from "./workspace.ts";

interface Export {
  id: string;
  status: string;
  progress: number;
  rows: number;
  bytes: number;
  download_url: string | null;
  fields: string[];
}

const ROWS = 2_500;
let owner: Client;
let partner: KeyClient;
let segment: string;
let keys: string[];

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  const dataset = (await createDataset(owner, { key: "id" })).id;
  const rows = Array.from({ length: ROWS }, (_, n) => ({
    ...{ id: `k${n}`, n, plan: n % 5 === 0 ? "Free" : "Pro", note: n % 7 === 0 ? 'a "quote", a comma' : null },
  }));
  await upsert(owner, dataset, rows);
  segment = (await createSegment(owner, dataset, only("plan", "equals", "Pro"), { api_exposed: true })).id;
  keys = rows.filter(({ plan }) => plan === "Pro").map(({ id }) => id);
  partner = await withKey(owner, { rate_limits: { members: 10_000, standard: 10_000 } });
});

const path = () => `/api/v1/public/segments/${segment}/export`;

async function exported(json: object): Promise<Export> {
  const begun = await partner.send<Export>("POST", path(), { json });
  expect(begun.status).toBe(202);
  expect(begun.headers.get("location")).toBe(`/api/v1/public/exports/${begun.body.id}`);
  return eventually("the export is done", async () => {
    const state = await partner.get<Export>(`/api/v1/public/exports/${begun.body.id}`);
    expect(["queued", "running", "done"]).toContain(state.status);
    return state.status === "done" && state;
  });
}

/** By the signed address, without a key. */
const fetched = (url: string | null) =>
  new Client(owner.url).send("GET", new URL(url ?? "").pathname + new URL(url ?? "").search);

test("U20 U22 an export has every member once with the chosen fields, behind a signed address", async () => {
  const done = await exported({ format: "ndjson", fields: ["n", "plan"] });
  expect(done).toMatchObject({ progress: 1, rows: keys.length, fields: ["n", "plan"] });
  const file = await fetched(done.download_url);
  expect(file.headers.get("content-type")).toBe("application/x-ndjson");
  expect(file.headers.get("content-disposition")).toContain(`${segment}.ndjson`);
  expect(Buffer.byteLength(file.text)).toBe(done.bytes);
  const members = file.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { key: string; fields: Record<string, unknown> });
  expect(members.map(({ key }) => key).sort()).toEqual([...keys].sort());
  for (const { key, fields } of members) expect(fields).toEqual({ n: Number(key.slice(1)), plan: "Pro" });
});

test("U20 CSV has the chosen fields as columns, with the key before them unless it is one; JSON is one array", async () => {
  const csv = (await fetched((await exported({ format: "csv", fields: ["note", "n"] })).download_url)).text;
  const lines = csv.split("\r\n");
  expect(lines[0]).toBe("id,note,n");
  expect(lines).toContain('k7,"a ""quote"", a comma",7');
  expect(lines).toContain("k8,,8");
  expect(lines).toHaveLength(keys.length + 2);
  const own = (await fetched((await exported({ format: "csv", fields: ["n", "id"] })).download_url)).text;
  expect(own.split("\r\n", 1)[0]).toBe("n,id");
  const json = JSON.parse((await fetched((await exported({ format: "json" })).download_url)).text) as unknown[];
  expect(json).toHaveLength(keys.length);
});

test("U22 U23 another signature is refused, and another key's exports are not there", async () => {
  const done = await exported({ format: "csv" });
  const wrong = (done.download_url ?? "").replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  expectProblem(await fetched(wrong), 403, "invalid_signature");
  expectProblem(await fetched((done.download_url ?? "").replace(/signature=.*/, "")), 403, "invalid_signature");
  expectProblem(await fetched(wrong.replace(done.id, "exp_00000000000000000000")), 403, "invalid_signature");
  const other = await withKey(owner);
  expectProblem(await other.send("GET", `/api/v1/public/exports/${done.id}`), 404, "export_not_found");
});

test("U24 who accepts NDJSON or CSV is answered the members themselves", async () => {
  const stream = (accept: string, json: object = {}) => partner.send("POST", path(), { json, headers: { accept } });
  const ndjson = await stream("application/x-ndjson", { fields: [] });
  expect([ndjson.status, ndjson.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
  expect(ndjson.text.trimEnd().split("\n")).toHaveLength(keys.length);
  const csv = await stream("text/csv", { fields: ["n"] });
  expect(csv.text.split("\r\n").slice(0, 1)).toEqual(["id,n"]);
  expectProblem(await stream("text/csv", { fields: ["nothing"] }), 422, "unknown_field");
});

test("U8 U24 a stream with an Idempotency-Key is streamed, and again when it is asked for again", async () => {
  const headers = { accept: "application/x-ndjson", "idempotency-key": crypto.randomUUID() };
  for (let n = 0; n < 2; n++) {
    const answer = await partner.send("POST", path(), { json: { fields: ["n"] }, headers });
    expect(answer.text.trimEnd().split("\n")).toHaveLength(keys.length);
  }
  const later = await partner.send("POST", path(), { json: { fields: ["n"] }, headers: { ...headers, accept: "*/*" } });
  expect(later.status).toBe(202);
});
