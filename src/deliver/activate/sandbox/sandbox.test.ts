import { expect, test } from "vitest";
import { ObjectHost } from "../../testing/object-host.ts";
import { hash } from "../../testing/sync-world.ts";
import type { Account } from "../connector.ts";
import { sandboxConnector } from "./index.ts";
import { normalise } from "./normalise.ts";
import { SandboxObject } from "./platform.ts";
import { readMembers, readTrouble, retryAfter } from "./responses.ts";

const AUDIENCE = { key: "syn_1", name: "Everyone", segment_id: "seg_1" };

function platform(): { object: SandboxObject; account: Account } {
  const now = () => Date.now();
  const host = new ObjectHost("dst_1", { now }, (state) => new SandboxObject(state, { now }));
  return { object: host.object, account: { fetch: (request) => host.object.fetch(request) } };
}

async function members(object: SandboxObject): Promise<string[]> {
  const page = await object.audience({ segment_id: "seg_1", cursor: null, limit: 5000 });
  return (page?.data ?? []).map((member) => member.email_sha256);
}

function post(audience: string, body: unknown): Request {
  const url = `https://sandbox.test/audiences/${audience}/members`;
  return new Request(url, { method: "POST", body: JSON.stringify(body) });
}

test("D40 an address is trimmed, put in lower case and hashed with SHA-256 as lower-case hex", async () => {
  const expected = { identifier: await hash("mary@example.com") };
  expect(expected.identifier).toMatch(/^[0-9a-f]{64}$/);
  expect(await normalise({ email: "mary@example.com" })).toEqual(expected);
  expect(await normalise({ email: "\t Mary@Example.COM \n" })).toEqual(expected);
  expect(await normalise({ email: "m.a.r.y+tag@example.com" })).toEqual({
    identifier: await hash("m.a.r.y+tag@example.com"),
  });
});

test("D41 a record without a usable address has a reason instead", async () => {
  for (const email of [null, "", "   "]) expect(await normalise({ email })).toEqual({ reason: "no_email" });
  expect(await normalise({})).toEqual({ reason: "no_email" });
  const bad = [
    "nobody",
    "a@b",
    "a@@b.c",
    "a b@c.de",
    "a@b c.de",
    "@b.c",
    "a@.c",
    "a@b.",
    12,
    true,
    ["a@b.c"],
    `${"a".repeat(320)}@b.c`,
  ];
  for (const email of bad) expect(await normalise({ email })).toEqual({ reason: "malformed_email" });
});

test("D42 a 200 that does not account for every identifier is no success", async () => {
  const batch = { add: ["a", "b"], remove: ["c"] };
  for (const body of ["", "{}", "null", '{"accepted":2,"rejected":[]}', '{"accepted":"3","rejected":[]}', "<html>"]) {
    const answer = await readMembers(new Response(body), batch);
    expect(answer.results.size).toBe(0);
    expect(answer.trouble).toMatchObject({ kind: "retry", code: "unreadable_answer" });
  }
  const rejected = [{ identifier: "b", reason: "malformed_hash" }];
  const answer = await readMembers(Response.json({ accepted: 2, rejected }), batch);
  expect(answer.trouble).toBeNull();
  expect([...answer.results.values()].map((result) => result.status)).toEqual(["accepted", "rejected", "accepted"]);
});

test("D43 what can be retried, what a person must mend, and what cannot be helped are told apart", () => {
  const kindOf = (status: number) => readTrouble(new Response(null, { status })).kind;
  expect([500, 503, 504, 429].map(kindOf)).toEqual(["retry", "retry", "retry", "retry"]);
  expect([401, 403].map(kindOf)).toEqual(["needs_reconnect", "needs_reconnect"]);
  expect(kindOf(404)).toBe("audience_missing");
  expect([400, 413, 422].map(kindOf)).toEqual(["fatal", "fatal", "fatal"]);
});

test("D44 Retry-After is read as seconds or as a date", () => {
  expect(retryAfter("1")).toBe(1000);
  expect(retryAfter(" 2.5 ")).toBe(2500);
  expect(retryAfter("soon")).toBeNull();
  expect(retryAfter("")).toBeNull();
  expect(retryAfter(null)).toBeNull();
  const inAMinute = retryAfter(new Date(Date.now() + 60_000).toUTCString());
  expect(inAMinute).toBeGreaterThan(57_000);
  expect(inAMinute).toBeLessThanOrEqual(60_000);
});

test("D45 the sandbox takes a thousand identifiers a request, well-formed ones only, and says which not", async () => {
  const { object, account } = platform();
  const answer = await sandboxConnector.ensureAudience(account, AUDIENCE);
  const again = await sandboxConnector.ensureAudience(account, AUDIENCE);
  expect(again).toEqual(answer);
  const id = "id" in answer ? answer.id : "";
  const good = await hash("a@example.com");
  const sent = await sandboxConnector.send(account, id, { add: [good, "not a hash"], remove: [] });
  expect(sent.results.get("not a hash")).toEqual({ status: "rejected", reason: "malformed_hash" });
  expect(await members(object)).toEqual([good]);
  const many = Array.from({ length: 1001 }, () => good);
  const refused = await object.fetch(post(id, { add: many, remove: [] }));
  expect(refused.status).toBe(413);
  expect(await refused.json()).toMatchObject({ code: "too_many_identifiers", limit: 1000, actual: 1001 });
  expect((await object.fetch(post("aud_none", { add: [], remove: [] }))).status).toBe(404);
  expect((await object.fetch(post(id, { add: "all" }))).status).toBe(400);
});

test("D46 the sandbox misbehaves as it is told, as often as it is told", async () => {
  const { object } = platform();
  const answer = await sandboxConnector.ensureAudience({ fetch: (request) => object.fetch(request) }, AUDIENCE);
  const id = "id" in answer ? answer.id : "";
  const hashes = await Promise.all(Array.from({ length: 30 }, (_, i) => hash(`p${i}@example.com`)));
  const [first, second, third] = hashes;
  await object.setFaults({ kind: "unavailable", times: 1 });
  expect((await object.fetch(post(id, { add: [first], remove: [] }))).status).toBe(503);
  expect(await members(object)).toEqual([]);
  expect((await object.fetch(post(id, { add: [first], remove: [] }))).status).toBe(200);
  await object.setFaults({ kind: "rate_limited" });
  const limited = await object.fetch(post(id, { add: [second], remove: [] }));
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
  await object.setFaults({ kind: "lost_response", times: 1 });
  expect((await object.fetch(post(id, { add: [third], remove: [] }))).status).toBe(504);
  expect(await members(object)).toContain(third);
  await object.setFaults({ kind: "reject_some" });
  const some = (await (await object.fetch(post(id, { add: hashes, remove: [] }))).json()) as { rejected: unknown[] };
  expect(some.rejected.length).toBe(3);
});
