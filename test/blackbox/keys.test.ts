import { beforeAll, expect, test } from "vitest";
import { Client } from "./client.ts";
import { createKey, type Key, KeyClient, withKey } from "./keys.ts";
import { createDataset, createSegment, only, upsert } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import { joinAs, openWorkspace } from "./workspace.ts";

let owner: Client;
let dataset: string;
let shown: string;
let other: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id" })).id;
  await upsert(owner, dataset, [
    { id: "a", plan: "Pro" },
    { id: "b", plan: "Free" },
  ]);
  shown = (await createSegment(owner, dataset, only("plan", "equals", "Pro"), { api_exposed: true })).id;
  other = (await createSegment(owner, dataset, only("plan", "equals", "Free"), { api_exposed: true })).id;
});

const keysOf = async (client: Client) => (await client.get<{ data: Key[] }>("/api/v1/keys")).data;
const segments = "/api/v1/public/segments";

test("K1 a key's text is in one answer alone, and opens the public API in either header", async () => {
  const { id, key } = await createKey(owner, { name: "Partner" });
  expect(key).toMatch(/^ck_live_[0-9a-z]{20}_[\w-]{43}$/);
  const listed = await owner.send("GET", "/api/v1/keys");
  expect(listed.text).toContain(id);
  expect(listed.text).not.toContain(key.slice(-43));
  expect((await new KeyClient(owner.url, key).get<{ data: unknown[] }>(segments)).data).toHaveLength(2);
  const bearer = await new Client(owner.url).send("GET", segments, { headers: { authorization: `Bearer ${key}` } });
  expect(bearer.status).toBe(200);
});

test("K2 a person has ten keys at most, also when many are made at once", async () => {
  const { client } = await joinAs(owner, "analyst");
  const json = { name: "One of many", scopes: ["segments:read"] };
  const made = await Promise.all(Array.from({ length: 14 }, () => client.send("POST", "/api/v1/keys", { json })));
  expect(made.filter(({ status }) => status === 201)).toHaveLength(10);
  for (const answer of made.filter(({ status }) => status !== 201)) expectProblem(answer, 409, "too_many_keys");
  const [first] = await keysOf(client);
  await client.delete(`/api/v1/keys/${first?.id}`);
  await createKey(client, { scopes: ["segments:read"] });
});

test("K3 no scope above one's own role, and none beyond the owner's role at the moment of the call", async () => {
  const { client: viewer } = await joinAs(owner, "viewer");
  const refused = await viewer.send("POST", "/api/v1/keys", { json: { name: "x", scopes: ["segments:write"] } });
  expectProblem(refused, 403, "forbidden");

  const { client: analyst } = await joinAs(owner, "analyst");
  const { user } = await analyst.get<{ user: { id: string } }>("/api/v1/me");
  const caller = await withKey(analyst, { scopes: ["segments:read", "segments:write"] });
  const json = { description: "changed" };
  expect((await caller.send("PATCH", `${segments}/${shown}`, { json })).status).toBe(200);
  await owner.patch(`/api/v1/members/${user.id}`, { role: "viewer" });
  expectProblem(await caller.send("PATCH", `${segments}/${shown}`, { json }), 403, "missing_scope");
  expect((await caller.send("GET", segments)).status).toBe(200);
  await owner.delete(`/api/v1/members/${user.id}`);
  expectProblem(await caller.send("GET", segments), 401, "invalid_key");
});

test("K4 whatever is wrong with a key, the answer is the same", async () => {
  const { id, key } = await createKey(owner);
  const stranger = new Client(owner.url);
  const wrong = ["", "x", key.slice(0, -1), `${key}x`, key.replace(/.$/, (last) => (last === "A" ? "B" : "A"))];
  const unknown = key.replace(/^ck_live_.{20}/, "ck_live_00000000000000000000");
  const bodies = new Set<string>();
  for (const text of [...wrong, unknown]) {
    const answer = await stranger.send<{ detail: string }>("GET", segments, { headers: { "x-api-key": text } });
    expectProblem(answer, 401, "invalid_key");
    bodies.add(answer.body.detail);
  }
  expectProblem(await stranger.send("GET", segments), 401, "invalid_key");
  const caller = new KeyClient(owner.url, key);
  expect((await caller.send("GET", segments)).status).toBe(200);
  await owner.delete(`/api/v1/keys/${id}`);
  const revoked = await caller.send<{ detail: string }>("GET", segments);
  expectProblem(revoked, 401, "invalid_key");
  expect([...bodies, revoked.body.detail].every((detail) => detail === revoked.body.detail)).toBe(true);
});

test("K5 a call without its scope is refused and the scope named", async () => {
  const caller = await withKey(owner, { scopes: ["segments:read"] });
  const answer = await caller.send<{ needed_scope: string }>("GET", `${segments}/${shown}/members`);
  expectProblem(answer, 403, "missing_scope");
  expect(answer.body.needed_scope).toBe("segments:members:read");
});

test("K6 a key sees the segments of its scope that are shown; of others nothing says that they are there", async () => {
  const hidden = (await createSegment(owner, dataset, only("plan", "equals", "Pro"))).id;
  const caller = await withKey(owner, { segment_ids: [shown] });
  const { data } = await caller.get<{ data: { id: string }[] }>(segments);
  expect(data.map(({ id }) => id)).toEqual([shown]);
  const details = new Set<string>();
  for (const id of [other, hidden, "seg_00000000000000000000"]) {
    for (const [method, path, json] of [
      ["GET", "", undefined],
      ["GET", "/members", undefined],
      ["GET", "/count", undefined],
      ["PATCH", "", { description: "stolen" }],
      ["DELETE", "", undefined],
    ] as const) {
      const answer = await caller.send<{ detail: string }>(method, `${segments}/${id}${path}`, json ? { json } : {});
      expectProblem(answer, 404, "segment_not_found");
      details.add(answer.body.detail);
    }
  }
  expect(details.size).toBe(1);
  const foreign = await owner.send("POST", "/api/v1/keys", {
    json: { name: "x", scopes: ["segments:read"], segment_ids: [shown, "seg_00000000000000000000"] },
  });
  expect(expectProblem(foreign, 422, "unknown_segment").path).toBe("segment_ids[1]");
});

test("K7 a rolled key has a new secret; the one before is good as long as was said", async () => {
  const { id, key } = await createKey(owner);
  const roll = (overlap_s?: number) =>
    owner.post<{ key: string }>(`/api/v1/keys/${id}/roll`, overlap_s === undefined ? {} : { overlap_s });
  const works = async (text: string) => (await new KeyClient(owner.url, text).send("GET", segments)).status === 200;
  const second = (await roll()).key;
  expect(second).not.toBe(key);
  expect([await works(key), await works(second)]).toEqual([true, true]);
  const third = (await roll(0)).key;
  expect([await works(key), await works(second), await works(third)]).toEqual([false, false, true]);
});

test("K8 K11 changes hold from the next call on, and a list says when a key was used last", async () => {
  const { id, key } = await createKey(owner);
  const caller = new KeyClient(owner.url, key);
  const lastUse = async () => (await keysOf(owner)).find((one) => one.id === id)?.last_used_at ?? null;
  expect(await lastUse()).toBeNull();
  await caller.get(segments);
  expect(Number.isNaN(Date.parse((await lastUse()) ?? ""))).toBe(false);
  await owner.patch(`/api/v1/keys/${id}`, { scopes: ["activations:read"] });
  expectProblem(await caller.send("GET", segments), 403, "missing_scope");
  await owner.patch(`/api/v1/keys/${id}`, { scopes: ["segments:read"], segment_ids: [other] });
  expect((await caller.get<{ data: { id: string }[] }>(segments)).data.map((one) => one.id)).toEqual([other]);
  const past = await owner.send("PATCH", `/api/v1/keys/${id}`, { json: { expires_at: "2001-01-01T00:00:00Z" } });
  expect(expectProblem(past, 422, "invalid_request").path).toBe("expires_at");
});

test("K9 everybody has their own keys, and admins reach all of the workspace's", async () => {
  const { client: first } = await joinAs(owner, "analyst");
  const { client: second } = await joinAs(owner, "analyst");
  const { id, key } = await createKey(first);
  expect((await keysOf(first)).map((one) => one.id)).toEqual([id]);
  expect(await keysOf(second)).toEqual([]);
  for (const [method, path, json] of [
    ["PATCH", "", { name: "stolen" }],
    ["POST", "/roll", {}],
    ["DELETE", "", undefined],
  ] as const) {
    const answer = await second.send(method, `/api/v1/keys/${id}${path}`, json ? { json } : {});
    expectProblem(answer, 404, "key_not_found");
  }
  expect((await keysOf(owner)).map((one) => one.id)).toContain(id);
  await owner.delete(`/api/v1/keys/${id}`);
  expectProblem(await new KeyClient(owner.url, key).send("GET", segments), 401);
});

test("K10 a key works on the page's API where a scope is declared, and only without a limit to segments", async () => {
  const caller = await withKey(owner, { scopes: ["datasets:read", "datasets:write"] });
  expect((await caller.send("GET", `/api/v1/datasets/${dataset}`)).status).toBe(200);
  expect((await caller.send("POST", `/api/v1/datasets/${dataset}/records`, { json: [{ id: "a" }] })).status).toBe(200);
  expectProblem(await caller.send("GET", "/api/v1/keys"), 403, "key_not_allowed");
  expectProblem(await caller.send("GET", "/api/v1/members"), 403, "key_not_allowed");
  const limited = await withKey(owner, { scopes: ["datasets:read"], segment_ids: [shown] });
  expectProblem(await limited.send("GET", `/api/v1/datasets/${dataset}`), 403, "key_is_limited");
  // Whoever sends a key is meant by it, whatever session comes along.
  const headers = { "x-api-key": (await createKey(owner, { scopes: ["segments:read"] })).key };
  expectProblem(await owner.send("GET", `/api/v1/datasets/${dataset}`, { headers }), 403, "missing_scope");
});

test("K20 K22 the headers tell the truth up to the limit, and above it the answer is 429 with Retry-After", async () => {
  const caller = await withKey(owner, { rate_limits: { members: 5 } });
  for (let left = 4; left >= 0; left--) {
    const answer = await caller.send("GET", `${segments}/${shown}/members`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("ratelimit-policy")).toBe('"members";q=5;w=3600');
    expect(answer.headers.get("ratelimit")).toMatch(new RegExp(`^"members";r=${left};t=\\d+$`));
  }
  const refused = await caller.send<{ retry_after: number }>("GET", `${segments}/${shown}/members`);
  expectProblem(refused, 429, "rate_limited");
  expect(refused.headers.get("ratelimit")).toMatch(/^"members";r=0;t=\d+$/);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(3_500);
  // Another kind of call has a limit of its own; what is refused for another reason is told it, too.
  const count = await caller.send("GET", `${segments}/${shown}/count`);
  expect(count.headers.get("ratelimit")).toMatch(/^"standard";r=999;t=/);
  const missing = await caller.send("GET", `${segments}/seg_00000000000000000000`);
  expect([missing.status, missing.headers.get("ratelimit")]).toEqual([404, expect.stringMatching(/"standard";r=998/)]);
});

test("K21 of many calls at once as many are allowed as the limit says", async () => {
  const caller = await withKey(owner, { rate_limits: { standard: 20 } });
  const answers = await Promise.all(Array.from({ length: 60 }, () => caller.send("GET", `${segments}/${shown}/count`)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(40);
});
