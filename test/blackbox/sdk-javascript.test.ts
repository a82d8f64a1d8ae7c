/** The JavaScript SDK against the running program. */
import { beforeAll, expect, test } from "vitest";
import { Cutty, CuttyError, type FollowItem, type FollowOptions, LiveMembers } from "../../sdk/javascript/src/index.ts";
import type { Client } from "./client.ts";
import { eventually } from "./eventually.ts";
import { createKey, type KeyWish } from "./keys.ts";
import { createDataset, createSegment, memberKeys, only, recordPath, upsert } from "./nouns.ts";
import { openWorkspace, unique } from "./workspace.ts";

const ROWS = 300;
const LIMITS = { members: 100_000, standard: 100_000 };
let owner: Client;
let cutty: Cutty;
let dataset: string;
let pro: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id" })).id;
  const rows = Array.from({ length: ROWS }, (_, n) => ({ id: `k${n}`, n, plan: n % 3 === 0 ? "Free" : "Pro" }));
  await upsert(owner, dataset, rows);
  pro = (await createSegment(owner, dataset, only("plan", "equals", "Pro"), { api_exposed: true })).id;
  cutty = await sdk({ rate_limits: LIMITS });
});

/** The SDK with a new key. */
async function sdk(wish: KeyWish = {}): Promise<Cutty> {
  return new Cutty({ url: owner.url, key: (await createKey(owner, wish)).key });
}

async function errorOf(work: Promise<unknown>): Promise<CuttyError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CuttyError);
  return error as CuttyError;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = [];
  for await (const item of items) got.push(item);
  return got;
}

const live = (id: string) =>
  eventually("the segment is live", async () => (await cutty.segments.get(id)).status === "live");

const createPro = async () =>
  (await createSegment(owner, dataset, only("plan", "equals", "Pro"), { api_exposed: true })).id;

test("SDK: segments are made, read, listed over all pages, changed, counted and deleted", async () => {
  const names = Array.from({ length: 3 }, (_, n) => `${unique("sdk")} ${n}`);
  const made = [];
  for (const [n, name] of names.entries()) {
    const query = only("n", "less_than", 10 * (n + 1));
    made.push(await cutty.segments.create({ dataset_id: dataset, name, query: { ...query }, tags: ["sdk"] }));
  }
  const ids = made.map(({ id }) => id);
  for (const id of ids) await live(id);
  const listed = await all(cutty.segments.list({ tag: "sdk", limit: 1 }));
  expect(listed.map(({ id, member_count }) => [id, member_count]).sort()).toEqual(
    ids.map((id, n) => [id, 10 * (n + 1)]).sort(),
  );
  const [id = ""] = ids;
  expect(await cutty.segments.get(id)).toMatchObject({ id, name: names[0], version: 1, words: expect.any(String) });
  expect(await cutty.segments.count(id)).toMatchObject({ count: 10 });
  expect(await cutty.segments.update(id, { description: "Few" })).toMatchObject({ description: "Few", name: names[0] });
  for (const one of ids) await cutty.segments.delete(one);
  expect(await errorOf(cutty.segments.get(id))).toMatchObject({ code: "segment_not_found", status: 404 });
});

test("SDK: ifVersion refuses a change of what somebody else has changed meanwhile", async () => {
  const id = await createPro();
  const { version } = await cutty.segments.get(id);
  const changed = await cutty.segments.update(id, { query: { ...only("n", "less_than", 5) } }, { ifVersion: version });
  expect(changed.version).toBeGreaterThan(version);
  const late = await errorOf(cutty.segments.update(id, { description: "late" }, { ifVersion: version }));
  expect(late).toMatchObject({ code: "version_mismatch", status: 412 });
});

test("SDK: a create that is repeated with its idempotency key makes one segment", async () => {
  const input = { dataset_id: dataset, name: unique("once"), query: { ...only("n", "less_than", 2) } };
  const idempotencyKey = unique("call");
  const answers = await Promise.all([1, 2, 3].map(() => cutty.segments.create(input, { idempotencyKey })));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect((await errorOf(cutty.segments.create(input))).code).toBe("name_taken");
  const other = await errorOf(cutty.segments.create({ ...input, name: unique("other") }, { idempotencyKey }));
  expect(other.code).toBe("idempotency_key_reused");
});

test("SDK: a snapshot has each member once over all pages, with the chosen fields", async () => {
  const snapshot = cutty.members(pro, { fields: ["plan", "n"], limit: 30 });
  expect(snapshot.deltaCursor).toBeNull();
  const members = await all(snapshot);
  expect(members.map(({ key }) => key).sort()).toEqual(await memberKeys(owner, pro));
  for (const { key, fields } of members) expect(fields).toEqual({ plan: "Pro", n: Number(key.slice(1)) });
  expect(snapshot.deltaCursor).toEqual(expect.any(String));
});

/** Follows until `enough` says so after an item. */
async function followed(
  id: string,
  options: FollowOptions,
  enough: (item: FollowItem) => boolean | Promise<boolean>,
): Promise<FollowItem[]> {
  const stop = new AbortController();
  const items: FollowItem[] = [];
  for await (const item of cutty.follow(id, { intervalMs: 20, ...options, signal: stop.signal })) {
    items.push(item);
    if (await enough(item)) stop.abort();
  }
  return items;
}

const isUpToDate = (item: FollowItem): boolean => item.type === "delta" && !item.has_more;

test("SDK: a follower has the exact members and fields, whatever changes while it reads, and goes on from its cursor", async () => {
  const id = await createPro();
  let round = 0;
  const change = async () => {
    round++;
    const rows = Array.from({ length: 25 }, (_, n) => {
      const at = (n * 37 + round * 101) % ROWS;
      return { id: `k${at}`, n: 1_000 * round + n, plan: (n + round) % 2 === 0 ? "Pro" : "Free" };
    });
    await upsert(owner, dataset, rows);
    await owner.delete(recordPath(dataset, `k${(round * 53) % ROWS}`)).catch(() => undefined);
  };
  const truth = async () => {
    const rows = await all(cutty.streamMembers(id, { fields: ["n"] }));
    return rows.map(({ key, fields }) => [key, fields.n]).sort();
  };
  const kept = new LiveMembers();
  const seen = () => [...kept.members.values()].map(({ key, fields }) => [key, fields.n]).sort();
  const options = { fields: ["n"], limit: 20, updated: true };
  const items = await followed(id, options, async (item) => {
    kept.apply(item);
    if (round < 25) await change();
    return round >= 25 && isUpToDate(item);
  });
  expect(items.filter(({ type }) => type === "snapshot").length).toBeGreaterThan(5);
  expect(items.some((item) => item.type === "delta" && item.left.length > 0 && item.entered.length > 0)).toBe(true);
  expect(items.some((item) => item.type === "delta" && item.updated.length > 0)).toBe(true);
  expect(seen()).toEqual(await truth());

  const resumed = new LiveMembers(kept.members.values());
  for (let n = 0; n < 3; n++) await change();
  const more = await followed(id, { ...options, since: kept.cursor }, (item) => {
    resumed.apply(item);
    return isUpToDate(item);
  });
  expect(more.every(({ type }) => type === "delta")).toBe(true);
  expect([...resumed.members.values()].map(({ key, fields }) => [key, fields.n]).sort()).toEqual(await truth());
});

test("SDK: a snapshot's deltaCursor, and a time, may be followed", async () => {
  const id = await createPro();
  await upsert(owner, dataset, [{ id: "timed", plan: "Free" }]);
  const snapshot = cutty.members(id);
  await all(snapshot);
  const { updated_at } = await owner.patch<{ updated_at: string }>(recordPath(dataset, "timed"), {
    data: { plan: "Pro" },
  });
  for (const since of [snapshot.deltaCursor, new Date(updated_at)]) {
    const [item] = await followed(id, { since }, isUpToDate);
    expect(item).toMatchObject({ type: "delta", entered: [{ key: "timed", entered_at: updated_at }], left: [] });
  }
});

test("SDK: a follower from before the log says so, starts over with a snapshot, and ends exact", async () => {
  const kept = new LiveMembers();
  const items = await followed(pro, { since: "2001-01-01T00:00:00Z", limit: 100 }, (item) => {
    kept.apply(item);
    return isUpToDate(item);
  });
  expect(items[0]).toMatchObject({ type: "resync", error: { code: "resync_required", status: 410 }, cursor: null });
  expect(items[1]).toMatchObject({ type: "snapshot", first: true });
  expect([...kept.members.keys()].sort()).toEqual(await memberKeys(owner, pro));
});

test("SDK: a follower waits for a segment's first computation", async () => {
  const query = { ...only("plan", "equals", "Free") };
  const { id } = await cutty.segments.create({ dataset_id: dataset, name: unique("at once"), query });
  const kept = new LiveMembers();
  await followed(id, {}, (item) => {
    kept.apply(item);
    return isUpToDate(item);
  });
  expect([...kept.members.keys()].sort()).toEqual(await memberKeys(owner, id));
});

test("SDK: an export is waited for and downloaded; an export that another key asked for is not there", async () => {
  const begun = await cutty.exports.create(pro, { format: "csv", fields: ["n"] });
  expect((await errorOf(cutty.exports.download({ ...begun, download_url: null }))).code).toBe("export_not_done");
  const done = await cutty.exports.wait(begun.id, { intervalMs: 20 });
  const text = await new Response(await cutty.exports.download(done)).text();
  const lines = text.trimEnd().split("\r\n");
  expect([done.status, lines[0], lines.length - 1]).toEqual(["done", "id,n", done.rows]);
  expect(
    lines
      .slice(1)
      .map((line) => line.split(",")[0])
      .sort(),
  ).toEqual(await memberKeys(owner, pro));
  const stranger = await sdk();
  expect((await errorOf(stranger.exports.get(done.id))).code).toBe("export_not_found");
});

test("SDK: members are streamed as they come, and a reader may stop early", async () => {
  const keys = (await all(cutty.streamMembers(pro, { fields: [] }))).map(({ key, fields }) => {
    expect(fields).toEqual({});
    return key;
  });
  expect(keys.sort()).toEqual(await memberKeys(owner, pro));
  for await (const { key } of cutty.streamMembers(pro)) {
    expect(keys).toContain(key);
    break;
  }
});

test("SDK: errors carry what the API says, and the key's limits can be read after any answer", async () => {
  const reader = await sdk({ scopes: ["segments:read"], rate_limits: { standard: 3 } });
  expect(reader.rateLimit).toBeNull();
  await reader.segments.get(pro);
  expect(reader.rateLimit).toMatchObject({ name: "standard", remaining: 2, limit: 3, windowSeconds: 3_600 });
  const denied = await errorOf(all(reader.members(pro)));
  expect(denied).toMatchObject({ code: "missing_scope", status: 403, request_id: expect.stringMatching(/\S/) });
  expect(denied.facts).toMatchObject({ needed_scope: "segments:members:read" });
  await reader.segments.count(pro);
  await reader.segments.count(pro);
  const limited = await errorOf(reader.segments.count(pro));
  expect(limited).toMatchObject({ code: "rate_limited", status: 429, retryAfter: expect.any(Number) });
  expect(reader.rateLimit).toMatchObject({ name: "standard", remaining: 0 });
  const wrong = await errorOf(
    cutty.segments.create({ dataset_id: dataset, name: unique("x"), query: { ...only("none", "equals", 1) } }),
  );
  expect(wrong).toMatchObject({ code: "unknown_field", status: 422, path: expect.stringContaining("rules[0]") });
  const nobody = new Cutty({ url: owner.url, key: "ck_live_nobody_nothing" });
  expect(await errorOf(nobody.segments.get(pro))).toMatchObject({ code: "invalid_key", status: 401 });
});
