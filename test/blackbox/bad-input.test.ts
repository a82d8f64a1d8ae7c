/** Whatever is wrong is refused with a problem that says what to do. */
import { request } from "node:http";
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { createDataset, createSegment, only, settled, startImport, upsert } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { Group } from "./wire.ts";
import { installationOwner, joinAs, openWorkspace, unique } from "./workspace.ts";

let owner: Client;
let viewer: Client;
let dataset: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  ({ client: viewer } = await joinAs(owner, "viewer"));
  dataset = (await createDataset(owner, { key: "id" })).id;
  await upsert(owner, dataset, [{ id: "a", text: "x", number: 1 }]);
});

const everyone: Group = { combinator: "and", rules: [] };

const unknown: [string, string, unknown?][] = [
  ["GET", "/api/v1/datasets/ds_unknown"],
  ["PATCH", "/api/v1/datasets/ds_unknown", { name: "x" }],
  ["DELETE", "/api/v1/datasets/ds_unknown"],
  ["GET", "/api/v1/datasets/ds_unknown/records"],
  ["GET", "/api/v1/datasets/ds_unknown/records/k"],
  ["POST", "/api/v1/datasets/ds_unknown/records", [{ id: "a" }]],
  ["GET", "/api/v1/imports/imp_unknown"],
  ["GET", "/api/v1/imports/imp_unknown/rejects"],
  ["POST", "/api/v1/imports/imp_unknown/cancel"],
  ["GET", "/api/v1/uploads/upl_unknown"],
  ["GET", "/api/v1/segments/seg_unknown"],
  ["PATCH", "/api/v1/segments/seg_unknown", { name: "x" }],
  ["DELETE", "/api/v1/segments/seg_unknown"],
  ["GET", "/api/v1/segments/seg_unknown/members"],
  ["GET", "/api/v1/segments/seg_unknown/activity"],
  ["POST", "/api/v1/segments/seg_unknown/verify"],
  ["POST", "/api/v1/segments/preview", { dataset_id: "ds_unknown", query: everyone }],
  ["GET", "/api/v1/destinations/dst_unknown"],
  ["GET", "/api/v1/destinations/dst_unknown/audience?segment_id=seg_unknown"],
  ["PUT", "/api/v1/destinations/dst_unknown/faults", { kind: "none" }],
  ["GET", "/api/v1/syncs/syn_unknown"],
  ["POST", "/api/v1/syncs/syn_unknown/pause"],
  ["GET", "/api/v1/syncs/syn_unknown/runs"],
  ["DELETE", "/api/v1/syncs/syn_unknown"],
  ["DELETE", "/api/v1/invites/inv_unknown"],
  ["PATCH", "/api/v1/members/usr_unknown", { role: "viewer" }],
  ["GET", "/api/v1/no-such-route"],
  ["GET", `/api/v1/datasets/${"x".repeat(300)}`],
  ["GET", "/api/v1/datasets/%00"],
];

test.each(unknown)("%s %s answers 404", async (method, path, json) => {
  expectProblem(await owner.send(method, path, json === undefined ? {} : { json }), 404);
});

test("a viewer may not write anything, and is told the role that is needed", async () => {
  const segment = await createSegment(owner, dataset, only("number", "equals", 1));
  const writes: [string, string, unknown?][] = [
    ["POST", "/api/v1/datasets", { name: unique("d") }],
    ["PATCH", `/api/v1/datasets/${dataset}`, { name: "x" }],
    ["DELETE", `/api/v1/datasets/${dataset}`],
    ["POST", `/api/v1/datasets/${dataset}/records`, [{ id: "b" }]],
    ["PATCH", `/api/v1/datasets/${dataset}/records/a`, { data: { number: 2 } }],
    ["DELETE", `/api/v1/datasets/${dataset}/records/a`],
    ["POST", `/api/v1/datasets/${dataset}/imports`, "id\nz\n"],
    ["POST", "/api/v1/uploads", { file_name: "x.csv" }],
    ["POST", "/api/v1/segments", { dataset_id: dataset, name: "x", query: everyone }],
    ["PATCH", `/api/v1/segments/${segment.id}`, { name: "x" }],
    ["DELETE", `/api/v1/segments/${segment.id}`],
    ["POST", "/api/v1/destinations", { type: "sandbox", name: "x" }],
    ["PATCH", "/api/v1/workspace", { name: "x" }],
    ["POST", "/api/v1/invites", { email: "x@example.com", role: "viewer" }],
  ];
  for (const [method, path, json] of writes) {
    const options = typeof json === "string" ? { body: json, headers: { "content-type": "text/csv" } } : { json };
    expect(expectProblem(await viewer.send(method, path, options), 403, "forbidden").detail, path).toMatch(
      /analyst|admin|owner/i,
    );
  }
});

const bodies: [string, string, string, string][] = [
  ["JSON cut short", "application/json", '{"name": "x"', "400 422"],
  ["no body", "application/json", "", "400 422"],
  ["a list where an object belongs", "application/json", "[]", "400 422"],
  ["a number for a name", "application/json", '{"name": 5}', "400 422"],
  ["an empty name", "application/json", '{"name": ""}', "400 422"],
  ["an endless name", "application/json", `{"name": "${"x".repeat(10_000)}"}`, "400 413 422"],
  ["an unknown field type", "application/json", '{"name":"x","fields":[{"name":"a","type":"colour"}]}', "400 422"],
  [
    "the same field twice",
    "application/json",
    '{"name":"x","fields":[{"name":"a","type":"text"},{"name":"a","type":"number"}]}',
    "400 422",
  ],
  ["another content type", "text/plain", '{"name": "x"}', "400 415 422"],
  ["a form", "application/x-www-form-urlencoded", "name=x", "400 415 422"],
];

test.each(bodies)("a new dataset from %s is refused", async (_name, type, body, statuses) => {
  const answer = await owner.send("POST", "/api/v1/datasets", { body, headers: { "content-type": type } });
  expectProblem(answer, statuses.split(" ").map(Number));
});

test("records that are no rows are refused", async () => {
  for (const json of [{ id: "a" }, "rows", 5, null]) {
    expectProblem(await owner.send("POST", `/api/v1/datasets/${dataset}/records`, { json }), [400, 422]);
  }
  const mixed = await owner.send("POST", `/api/v1/datasets/${dataset}/records`, {
    json: [{ id: "ok" }, "row", null, [1]],
  });
  if (mixed.status !== 200) expectProblem(mixed, [400, 422]);
  else expect(mixed.body).toMatchObject({ rejected: [{ index: 1 }, { index: 2 }, { index: 3 }] });
  expectProblem(
    await owner.send("POST", `/api/v1/datasets/${dataset}/records`, {
      body: '{"id":"a"}\n{"id":',
      headers: { "content-type": "application/x-ndjson" },
    }),
    [400, 422],
  );
});

test("more than 10,000 rows or 10 MB in one call are refused with the limit", async () => {
  const many = Array.from({ length: 10_001 }, (_, n) => ({ id: String(n) }));
  expect(
    expectProblem(await owner.send("POST", `/api/v1/datasets/${dataset}/records`, { json: many }), [413, 422]).detail,
  ).toMatch(/10[, ]?000/);
  const heavy = [{ id: "heavy", text: "x".repeat(11 * 2 ** 20) }];
  expect(
    expectProblem(await owner.send("POST", `/api/v1/datasets/${dataset}/records`, { json: heavy }), 413).detail,
  ).toMatch(/10/);
});

test("an oversized body is refused on any route", async () => {
  const query = only("text", "equals", "x".repeat(20 * 2 ** 20)) as Group;
  expectProblem(
    await owner.send("POST", "/api/v1/segments/preview", { json: { dataset_id: dataset, query } }),
    [413, 422],
  );
});

test("limits and cursors that make no sense are refused", async () => {
  const wrong: Record<string, string | number>[] = [
    { limit: 0 },
    { limit: -1 },
    { limit: 1_001 },
    { limit: "many" },
    { cursor: "made up" },
  ];
  for (const query of wrong) {
    for (const path of [`/api/v1/datasets/${dataset}/records`, "/api/v1/segments"]) {
      const answer = await owner.send("GET", path, { query: { ...query } });
      expectProblem(answer, [400, 422]);
    }
  }
});

test("files that are no CSV fail with a sentence, or are refused at once", async () => {
  const cases: [string, string | Uint8Array][] = [
    ["an empty file", ""],
    ["a quote that never ends", 'id,text\na,"never ends\nb,c\n'],
    [
      "a picture",
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1]),
    ],
    ["gzip cut short", new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2])],
  ];
  for (const [name, bytes] of cases) {
    const own = (await createDataset(owner, { key: "id" })).id;
    const answer = await owner.send<{ id: string }>("POST", `/api/v1/datasets/${own}/imports`, {
      body: typeof bytes === "string" ? bytes : new Uint8Array(bytes),
      headers: { "content-type": "text/csv" },
    });
    if (answer.status !== 202) {
      expectProblem(answer, [400, 413, 415, 422]);
      continue;
    }
    const state = await settled(owner, answer.body.id);
    if (state.status === "failed") expect(state.error?.detail, name).toMatch(/\w+ \w+/);
    else expect(state, name).toMatchObject({ status: "done" });
  }
});

test("an import into an unknown dataset is refused before its bytes are kept", async () => {
  await expect(startImport(owner, "ds_unknown", "id\na\n")).rejects.toMatchObject({ answer: { status: 404 } });
});

test("a workspace's owner is wanted with an e-mail and a password of some length", async () => {
  const admin = await installationOwner();
  const good = { name: unique("w"), owner_email: `${unique("o")}@example.com`, owner_password: unique("long enough") };
  for (const wrong of [
    { owner_email: "no address" },
    { owner_password: "short" },
    { owner_password: undefined },
    { name: undefined },
  ]) {
    expectProblem(await admin.send("POST", "/api/v1/workspaces", { json: { ...good, ...wrong } }), [400, 422]);
  }
});

/** As written, without what URL and fetch would make of it. */
function raw(path: string, method = "GET"): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(owner.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("paths and methods that no browser sends are answered, and lead to no file", async () => {
  const up = [
    "/../../package.json",
    "/..%2f..%2fpackage.json",
    "/%2e%2e/%2e%2e/package.json",
    "/assets/..%2f..%2f..%2fpackage.json",
    "/assets/..\\..\\package.json",
  ];
  const odd = [
    "/%00",
    "//etc/passwd",
    "/api/v1/%ff",
    "/api/v1//datasets",
    "/api/v1/datasets/%",
    "/?".padEnd(4_000, "x"),
  ];
  for (const path of [...up, ...odd]) {
    const { status, text } = await raw(path);
    expect(status, path).toBeLessThan(500);
    expect(text, path).not.toMatch(/devDependencies|root:/);
  }
  for (const method of ["HEAD", "OPTIONS", "TRACE", "PROPFIND"])
    expect((await raw("/api/v1/me", method)).status, method).toBeLessThan(500);
});
