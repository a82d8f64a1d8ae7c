import { beforeAll, expect, test } from "vitest";
import { createSandbox, createSync } from "./audiences.ts";
import { Client } from "./client.ts";
import { eventually } from "./eventually.ts";
import { createKey, type KeyClient, withKey } from "./keys.ts";
import { allPages, createDataset, createSegment, memberKeys, only, recordPath, untilLive, upsert } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import { seed } from "./seed.ts";
import { openWorkspace, unique } from "./workspace.ts";

interface Member {
  key: string;
  fields: Record<string, unknown>;
  entered_at: string | null;
}
interface Page {
  data: Member[];
  next_cursor: string | null;
  delta_cursor: string;
}
interface Deltas {
  entered: Member[];
  left: { key: string }[];
  updated?: { key: string; fields: Record<string, unknown> }[];
  next_cursor: string;
  has_more: boolean;
}

const ROWS = 400;
const segments = "/api/v1/public/segments";
let owner: Client;
let partner: KeyClient;
let dataset: string;
let pro: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id" })).id;
  await upsert(
    owner,
    dataset,
    Array.from({ length: ROWS }, (_, n) => ({ id: `k${n}`, n, plan: n % 2 === 0 ? "Pro" : "Free" })),
  );
  pro = (await createSegment(owner, dataset, only("plan", "equals", "Pro"), { api_exposed: true, tags: ["vip"] })).id;
  partner = await withKey(owner, { rate_limits: { members: 100_000, standard: 100_000 } });
});

const membersOf = (id: string) => `${segments}/${id}/members`;
const deltas = (id: string, since: string, more: Record<string, string | number> = {}) =>
  partner.get<Deltas>(membersOf(id), { since, ...more });

/** All pages of deltas to their end. */
async function follow(id: string, since: string, limit: number, members: Set<string>): Promise<string> {
  for (let cursor = since; ; ) {
    const page = await deltas(id, cursor, { limit });
    for (const { key } of page.entered) members.add(key);
    for (const { key } of page.left) members.delete(key);
    cursor = page.next_cursor;
    if (!page.has_more) return cursor;
  }
}

test("U1 U6 exposed segments are listed page by page with the counts that their members give", async () => {
  await createSegment(owner, dataset, only("plan", "equals", "Free"));
  const made = [];
  for (let n = 0; n < 3; n++) {
    const query = only("n", "less_than", 10 * (n + 1));
    made.push((await createSegment(owner, dataset, query, { api_exposed: true, name: `Page ${n}` })).id);
  }
  const listed = await allPages<{ id: string; name: string; member_count: number }>(partner, segments, 1);
  expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining([pro, ...made]));
  expect(listed).toHaveLength(4);
  for (const { id, member_count } of listed) {
    const members = await allPages<Member>(partner, membersOf(id), 1_000);
    expect(member_count).toBe(members.length);
    expect(await partner.get(`${segments}/${id}/count`)).toMatchObject({ count: members.length });
  }
  const tagged = await partner.get<{ data: { id: string }[] }>(segments, { tag: "vip" });
  expect(tagged.data.map(({ id }) => id)).toEqual([pro]);
});

test("U2 a segment is told as JSON and in words, and not who made it", async () => {
  const answer = await partner.send<Record<string, unknown>>("GET", `${segments}/${pro}`);
  expect(answer.body).toMatchObject({
    ...{ id: pro, dataset_id: dataset, version: 1, status: "live", member_count: ROWS / 2 },
    words: expect.stringContaining("Pro"),
    query: { combinator: "and", rules: [{ field: "plan", operator: "equals", value: "Pro" }] },
  });
  const { user } = await owner.get<{ user: { id: string; email: string } }>("/api/v1/me");
  expect(answer.text).not.toContain(user.id);
  expect(answer.text).not.toContain(user.email);
});

test("U3 a segment made with a key is exposed, joins the key's scope, is changed and deleted with it", async () => {
  const maker = await withKey(owner, { segment_ids: [pro] });
  const json = { dataset_id: dataset, name: unique("made"), query: only("n", "less_than", 7) };
  const made = await maker.send<{ id: string }>("POST", segments, { json });
  expect(made.status).toBe(201);
  expect(made.headers.get("location")).toBe(`${segments}/${made.body.id}`);
  const path = `${segments}/${made.body.id}`;
  await eventually("it is live", async () => (await maker.get<{ status: string }>(path)).status === "live");
  expect((await allPages<Member>(maker, `${path}/members`, 100)).map(({ key }) => key).sort()).toEqual(
    Array.from({ length: 7 }, (_, n) => `k${n}`),
  );
  expect(await owner.get(`/api/v1/segments/${made.body.id}`)).toMatchObject({ api_exposed: true });
  const query = only("n", "less_than", 3);
  expect(await maker.patch(path, { query, description: "Few" })).toMatchObject({ version: 2, description: "Few" });
  await eventually(
    "the edit is counted",
    async () => (await maker.get<{ count: number }>(`${path}/count`)).count === 3,
  );
  await maker.delete(path);
  expectProblem(await maker.send("GET", path), 404, "segment_not_found");
});

test("U4 U5 tags change with definition and count, spare an answer, and guard against lost edits", async () => {
  const { id } = await createSegment(owner, dataset, only("plan", "equals", "tagged"), { api_exposed: true });
  const path = `${segments}/${id}`;
  const tagOf = async () => (await partner.send("GET", path)).headers.get("etag") ?? "";
  const first = await tagOf();
  const known = await partner.send("GET", path, { headers: { "if-none-match": first } });
  expect([known.status, known.text, known.headers.get("etag")]).toEqual([304, "", first]);
  expect((await partner.send("GET", `${path}/count`, { headers: { "if-none-match": first } })).status).toBe(304);
  await upsert(owner, dataset, [{ id: "tagged", plan: "tagged" }]);
  const second = await tagOf();
  expect(second).not.toBe(first);
  const edit = (tag: string, json: object) => partner.send("PATCH", path, { json, headers: { "if-match": tag } });
  expect((await edit(second, { query: only("plan", "equals", "other") })).status).toBe(200);
  expectProblem(await edit(second, { description: "late" }), 412, "version_mismatch");
});

test("U7 pages of any origin may read answers, and are told so before they ask", async () => {
  const origin = "https://partner.example";
  const ask = { origin, "access-control-request-method": "POST", "access-control-request-headers": "x-api-key" };
  const before = await new Client(owner.url).send("OPTIONS", `${segments}/${pro}`, { headers: ask });
  expect(before.status).toBe(204);
  expect(before.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("x-api-key");
  expect(before.headers.get("access-control-allow-methods")).toContain("PATCH");
  for (const path of [`${segments}/${pro}`, `${segments}/none`]) {
    const answer = await partner.send("GET", path, { headers: { origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(answer.headers.get("access-control-expose-headers")?.toLowerCase()).toContain("ratelimit");
  }
  expect((await partner.send("POST", segments, { json: {}, headers: { origin } })).status).toBe(422);
  expect(
    (await owner.send("GET", "/api/v1/me", { headers: { origin } })).headers.get("access-control-allow-origin"),
  ).toBe(null);
});

test("U8 a POST with the same Idempotency-Key is done once and answered alike; with another body it is refused", async () => {
  const json = { dataset_id: dataset, name: unique("once"), query: only("n", "less_than", 2) };
  const headers = { "idempotency-key": unique("call") };
  const send = () => partner.send<{ id: string }>("POST", segments, { json, headers });
  const answers = await Promise.all([send(), send(), send()]);
  for (const answer of answers.filter(({ status }) => status !== 201)) expectProblem(answer, 409, "call_under_way");
  const again = await send();
  const first = answers.find(({ status }) => status === 201);
  expect([again.status, again.text, again.headers.get("etag")]).toEqual([
    ...[201, first?.text, first?.headers.get("etag")],
  ]);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  const other = await partner.send("POST", segments, { json: { ...json, name: unique("other") }, headers });
  expectProblem(other, 422, "idempotency_key_reused");
  // A refusal is an answer, too.
  const bad = { json: { ...json, query: only("nothing", "equals", 1) }, headers: { "idempotency-key": unique("bad") } };
  for (let n = 0; n < 2; n++) expectProblem(await partner.send("POST", segments, bad), 422, "unknown_field");
});

test("U9 a segment's activations say how each of its syncs stands, counted by themselves", async () => {
  const { id: destination } = await createSandbox(owner);
  const { id: sync } = await createSync(owner, pro, destination, "plan");
  const path = `${segments}/${pro}/activations`;
  const [activation] = await eventually("the sync is in step", async () => {
    const { data } = await partner.get<{ data: { status: string }[] }>(path);
    return data[0]?.status === "in_sync" && data;
  });
  expect(activation).toMatchObject({ sync_id: sync, segment_id: pro, platform: "sandbox", error: null });
  expect((await partner.send("GET", path)).headers.get("ratelimit-policy")).toBe('"activations";q=5000;w=3600');
});

test("U10 a snapshot has each member once, in the same order for every size of its pages", async () => {
  const small = (await allPages<Member>(partner, membersOf(pro), 7)).map(({ key }) => key);
  const large = (await allPages<Member>(partner, membersOf(pro), 1_000)).map(({ key }) => key);
  expect(small).toEqual(large);
  expect(new Set(small).size).toBe(small.length);
  expect([...small].sort()).toEqual((await memberKeys(owner, pro)).sort());
  const shown = await partner.get<Page>(membersOf(pro), { fields: "plan,n", limit: 1 });
  expect(Object.keys(shown.data[0]?.fields ?? {})).toEqual(["plan", "n"]);
  for (const [fields, names] of [
    ["", []],
    ['["n"]', ["n"]],
  ] as const) {
    const page = await partner.get<Page>(membersOf(pro), { fields, limit: 1 });
    expect(Object.keys(page.data[0]?.fields ?? {})).toEqual(names);
  }
});

test("U11 deltas from a snapshot that was read while rows changed end in the exact members", async () => {
  const random = { below: (n: number) => Math.floor(mulberry() * n) };
  let state = seed;
  function mulberry(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  for (let round = 0; round < 4; round++) {
    const members = new Set<string>();
    let cursor: string | undefined;
    let since = "";
    const change = () => {
      const rows = Array.from({ length: 20 }, () => ({
        id: `k${random.below(ROWS)}`,
        plan: random.below(2) === 0 ? "Pro" : "Free",
      }));
      return upsert(owner, dataset, rows);
    };
    do {
      const page: Page = await partner.get(membersOf(pro), { cursor, limit: 60 });
      for (const { key } of page.data) members.add(key);
      since ||= page.delta_cursor;
      cursor = page.next_cursor ?? undefined;
      await change();
    } while (cursor !== undefined);
    since = await follow(pro, since, 5, members);
    await change();
    await owner.delete(recordPath(dataset, `k${random.below(ROWS)}`)).catch(() => undefined);
    await follow(pro, since, 1_000, members);
    expect([...members].sort()).toEqual((await memberKeys(owner, pro)).sort());
  }
});

test("U12 U14 deltas are net; with include=updated changed members are told", async () => {
  await upsert(owner, dataset, [
    { id: "come", plan: "Free" },
    { id: "stay", plan: "Pro", n: 1 },
    { id: "leave", plan: "Pro" },
  ]);
  const { delta_cursor } = await partner.get<Page>(membersOf(pro), { limit: 1_000 });
  const set = (id: string, data: object) => owner.patch(recordPath(dataset, id), { data });
  await set("come", { plan: "Pro" });
  await set("come", { plan: "Free" });
  await set("leave", { plan: "Free" });
  await set("stay", { n: 2 });
  const plain = await deltas(pro, delta_cursor);
  expect([plain.entered, plain.left, plain.updated]).toEqual([[], [{ key: "leave" }], undefined]);
  const watched = await deltas(pro, delta_cursor, { include: "updated", fields: "n" });
  expect(watched.updated).toEqual([{ key: "stay", fields: { n: 2 } }]);
  expect((await deltas(pro, watched.next_cursor, { include: "updated" })).updated).toEqual([]);
  const other = await deltas(pro, delta_cursor, { include: "updated", fields: "plan" });
  expect(other.updated).toEqual([]);
});

test("U13 since may be a time: the net from it on; the future and what is older than the segment are refused", async () => {
  await upsert(owner, dataset, [{ id: "timed", plan: "Free" }]);
  const before = (await owner.get<{ updated_at: string }>(recordPath(dataset, "timed"))).updated_at;
  await eventually("the clock moves on", async () => Date.now() > Date.parse(before) + 5);
  const entered = await owner.patch<{ updated_at: string }>(recordPath(dataset, "timed"), { data: { plan: "Pro" } });
  const from = await deltas(pro, entered.updated_at);
  expect(from.entered.map(({ key }) => key)).toContain("timed");
  expect(from.left).toEqual([]);
  const after = new Date(Date.parse(entered.updated_at) + 1).toISOString();
  await eventually("the clock moves on", async () => Date.now() > Date.parse(after));
  expect((await deltas(pro, after)).entered).toEqual([]);
  expectProblem(
    await partner.send("GET", membersOf(pro), { query: { since: "2999-01-01T00:00:00Z" } }),
    400,
    "invalid_since",
  );
  expectProblem(
    await partner.send("GET", membersOf(pro), { query: { since: "2001-01-01T00:00:00Z" } }),
    410,
    "resync_required",
  );
});

test("U17 entered_at is when a member came last, in snapshots and deltas; null for those from the beginning", async () => {
  await upsert(owner, dataset, [{ id: "late", plan: "Free" }]);
  const { id } = await createSegment(owner, dataset, only("plan", "in", ["Pro", "Late"]), { api_exposed: true });
  const { delta_cursor, data } = await partner.get<Page>(membersOf(id), { limit: 1_000 });
  expect(data.every(({ entered_at }) => entered_at === null)).toBe(true);
  const { updated_at } = await owner.patch<{ updated_at: string }>(recordPath(dataset, "late"), {
    data: { plan: "Late" },
  });
  const { entered } = await deltas(id, delta_cursor);
  expect(entered).toMatchObject([{ key: "late", entered_at: updated_at }]);
  const later = (await partner.get<Page>(membersOf(id), { limit: 1_000 })).data;
  expect(later.filter(({ entered_at }) => entered_at !== null)).toMatchObject([
    { key: "late", entered_at: updated_at },
  ]);
});

test("U18 a cursor from before a file's first rows leads to its members", async () => {
  const empty = (await createDataset(owner, { key: "id", fields: [{ name: "plan", type: "text" }] })).id;
  const { id } = await createSegment(owner, empty, only("plan", "equals", "Pro"), { api_exposed: true });
  const { data, delta_cursor } = await partner.get<Page>(membersOf(id));
  expect(data).toEqual([]);
  const began = new Date().toISOString();
  await upsert(owner, empty, [
    { id: "a", plan: "Pro" },
    { id: "b", plan: "Free" },
  ]);
  for (const since of [delta_cursor, began]) {
    const page = await deltas(id, since);
    expect([page.entered.map(({ key }) => key), page.left]).toEqual([["a"], []]);
  }
});

test("U15 a cursor of another list or segment is refused", async () => {
  const { id } = await createSegment(owner, dataset, only("n", "less_than", 9), { api_exposed: true });
  await untilLive(owner, id);
  const { delta_cursor, next_cursor } = await partner.get<Page>(membersOf(pro), { limit: 1 });
  const ask = (segment: string, query: Record<string, string>) => partner.send("GET", membersOf(segment), { query });
  expectProblem(await ask(id, { since: delta_cursor }), 400, "invalid_cursor");
  expectProblem(await ask(id, { cursor: next_cursor ?? "" }), 400, "invalid_cursor");
  expectProblem(await ask(pro, { cursor: delta_cursor }), 400, "invalid_cursor");
  expectProblem(await ask(pro, { since: next_cursor ?? "" }), 400, "invalid_cursor");
  expectProblem(await ask(pro, { since: "yesterday" }), 400, "invalid_cursor");
});

test("the document says which scope a call needs", async () => {
  const { key } = await createKey(owner);
  expect(key).toBeTruthy();
  const { paths } = await owner.get<{ paths: Record<string, Record<string, { description: string }>> }>(
    "/api/v1/openapi.json",
  );
  expect(paths[`${segments}/{segment_id}/members`]?.get?.description).toContain("segments:members:read");
});
