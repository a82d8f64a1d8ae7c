/** A segment's life: versions that can be compared and restored, computations that can be cancelled, and explanations. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { eventually } from "./eventually.ts";
import { withKey } from "./keys.ts";
import {
  createDataset,
  createSegment,
  getSegment,
  importFile,
  memberKeys,
  only,
  untilLive,
  upsert,
  verify,
} from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { Group, Page, Segment } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;
let dataset: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id" })).id;
  await upsert(
    owner,
    dataset,
    Array.from({ length: 20 }, (_, n) => ({ id: `k${n}`, n, plan: n % 2 ? "Pro" : "Basic" })),
  );
});

interface Version {
  number: number;
  query: Group;
  words: string;
  author: { email: string } | null;
  at: string;
  difference: { change: "added" | "removed" | "changed"; path: string; before?: unknown; after?: unknown }[];
}

const path = (segment: Segment, more: string) => `/api/v1/segments/${segment.id}${more}`;
const versionsOf = async (segment: Segment): Promise<Version[]> =>
  (await owner.get<Page<Version>>(path(segment, "/versions"))).data;
const edit = async (segment: Segment, query: Group): Promise<Segment> => {
  const { version } = await owner.patch<Segment>(path(segment, ""), { query });
  return untilLive(owner, segment.id, version);
};

test("Q120 Q121 every edit is kept as a version with its query, its time, its author and its difference", async () => {
  const segment = await createSegment(owner, dataset, only("n", "less_than", 5));
  await edit(segment, only("n", "less_than", 8));
  await edit(segment, only("plan", "equals", "Pro"));
  const versions = await versionsOf(segment);
  expect(versions.map(({ number }) => number)).toEqual([3, 2, 1]);
  const [third, second, first] = versions;
  expect(first?.query).toMatchObject(only("n", "less_than", 5));
  expect(third?.query).toMatchObject(only("plan", "equals", "Pro"));
  const { email } = (await owner.get<{ user: { email: string } }>("/api/v1/me")).user;
  for (const version of versions) {
    expect(Number.isNaN(Date.parse(version.at))).toBe(false);
    expect(version.author?.email).toBe(email);
    expect(version.words).toMatch(/\w+ \w+/);
  }
  expect(JSON.stringify(second?.difference)).toMatch(/rules\[0\].*5.*8/);
  expect(third?.difference.length).toBeGreaterThan(0);
});

test("Q122 Q123 a restored version is a new version with the old query and exactly its members", async () => {
  const segment = await createSegment(owner, dataset, only("n", "less_than", 3));
  await edit(segment, only("n", "greater_than", 17));
  expect(await memberKeys(owner, segment.id)).toEqual(["k18", "k19"]);
  await owner.post(path(segment, "/versions/1/restore"));
  const restored = await untilLive(owner, segment.id, 3);
  expect(restored.version).toBe(3);
  expect(restored.query).toMatchObject(only("n", "less_than", 3));
  expect(await memberKeys(owner, segment.id)).toEqual(["k0", "k1", "k2"]);
  expect((await versionsOf(segment)).length).toBe(3);
  expect(await verify(owner, segment.id)).toMatchObject({ checked: 20, missing: [], extra: [] });
  expectProblem(await owner.send("POST", path(segment, "/versions/99/restore")), 404);
});

test("Q124 a version from before a field was renamed is restored under the new name", async () => {
  const own = (await createDataset(owner, { key: "id" })).id;
  await upsert(owner, own, [
    { id: "a", old: 1 },
    { id: "b", old: 2 },
  ]);
  const segment = await createSegment(owner, own, only("old", "equals", 1));
  await edit(segment, only("old", "equals", 2));
  await owner.patch(`/api/v1/datasets/${own}`, { fields: [{ name: "old", new_name: "new" }] });
  await owner.post(path(segment, "/versions/1/restore"));
  const restored = await eventually("restored", async () => {
    const now = await getSegment(owner, segment.id);
    return now.status === "live" && JSON.stringify(now.query).includes('"value":1') && now;
  });
  expect(restored.query).toMatchObject(only("new", "equals", 1));
  expect(await memberKeys(owner, segment.id)).toEqual(["a"]);
});

test("a large segment computes with a fraction that never falls, then is live with all its members", async () => {
  const [own, rows] = await largeDataset();
  const made = await owner.post<Segment & { progress: number }>("/api/v1/segments", {
    dataset_id: own,
    name: "large",
    query: only("name", "contains", "7"),
  });
  expect(["computing", "live"]).toContain(made.status);
  const seen: number[] = [];
  const live = await eventually("it is live", async () => {
    const now = (await getSegment(owner, made.id)) as Segment & { progress: number };
    if (now.status === "computing") seen.push(now.progress);
    return now.status === "live" && now;
  });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  for (const progress of seen) expect(progress >= 0 && progress <= 1).toBe(true);
  expect(live.member_count).toBe(rows.filter((name) => name.includes("7")).length);
});

test("U16 until a new segment's first computation is done its members answer 409 segment_computing, or are complete", async () => {
  const [own, rows] = await largeDataset();
  const wanted = rows.filter((name) => name.includes("3")).length;
  const partner = await withKey(owner, { rate_limits: { members: 1_000_000 } });
  const body = { dataset_id: own, name: "three", query: only("name", "contains", "3"), api_exposed: true };
  const made = await owner.post<Segment>("/api/v1/segments", body);
  await eventually("its members can be read", async () => {
    const asked = `/api/v1/public/segments/${made.id}/members?limit=1`;
    const answer = await partner.send<Page<unknown>>("GET", asked);
    const own = await owner.send<Page<unknown>>("GET", path(made, "/members?limit=1"));
    if (own.status !== 200) expectProblem(own, 409, "segment_computing");
    if (answer.status !== 200) {
      expectProblem(answer, 409, "segment_computing");
      return false;
    }
    return (await getSegment(owner, made.id)).member_count === wanted;
  });
  expect((await memberKeys(owner, made.id)).length).toBe(wanted);
});

test("an edit while it computes makes an end of the older computation; the newest query wins", async () => {
  const [own, rows] = await largeDataset();
  const body = { dataset_id: own, name: "edited", query: only("name", "contains", "1") };
  const made = await owner.post<Segment>("/api/v1/segments", body);
  for (const text of ["2", "3", "4"]) await owner.patch(path(made, ""), { query: only("name", "contains", text) });
  const live = await untilLive(owner, made.id, 4);
  expect(live).toMatchObject({ version: 4, member_count: rows.filter((name) => name.includes("4")).length });
  expect(await verify(owner, made.id)).toMatchObject({ checked: rows.length, missing: [], extra: [] });
});

test("a cancelled edit leaves a segment that can be read, edited and computed again", async () => {
  const [own, rows] = await largeDataset();
  const segment = await createSegment(owner, own, only("name", "contains", "5"));
  await owner.patch(path(segment, ""), { query: only("name", "contains", "6") });
  const cancelled = await owner.send("POST", path(segment, "/cancel"));
  expect(cancelled.status === 409 || cancelled.status < 300, cancelled.text).toBe(true);
  const settled = await eventually("it no longer computes", async () => {
    const now = await getSegment(owner, segment.id);
    return now.status !== "computing" && now;
  });
  const count = (digit: string) => rows.filter((name) => name.includes(digit)).length;
  expect([count("5"), count("6")]).toContain(settled.member_count);
  const edited = await edit(segment, only("name", "contains", "8"));
  expect(edited.member_count).toBe(count("8"));
  expect(await verify(owner, segment.id)).toMatchObject({ checked: rows.length, missing: [], extra: [] });
});

async function largeDataset(): Promise<[id: string, names: string[]]> {
  const { id } = await createDataset(owner, { key: "id" });
  const names = Array.from({ length: 70_000 }, (_, n) => `name ${(n * 7_919) % 70_000}`);
  const lines = names.map((name, n) => `k${n},${name}\n`);
  expect(await importFile(owner, id, `id,name\n${lines.join("")}`)).toMatchObject({ added: 70_000 });
  return [id, names];
}
