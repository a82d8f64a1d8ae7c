/** A segment kept in step with an audience, on a platform that misbehaves. */
import { beforeEach, expect, test } from "vitest";
import {
  audience,
  audienceBecomes,
  createSandbox,
  createSync,
  getSync,
  hashEmail,
  hashesOf,
  resultsOf,
  runsOf,
  setFault,
} from "./audiences.ts";
import type { Client } from "./client.ts";
import { eventually, eventuallyEquals } from "./eventually.ts";
import { createDataset, createSegment, getSegment, only, recordPath, upsert } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { Destination, Segment, Sync } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;
let dataset: string;
let segment: Segment;
let sandbox: Destination;
let sync: Sync;

const mail = (n: number) => `person${n}@example.com`;
const people = (from: number, to: number, plan = "Pro") =>
  Array.from({ length: to - from }, (_, n) => ({ id: `k${from + n}`, email: mail(from + n), plan }));
const mails = (from: number, to: number) => people(from, to).map(({ email }) => email);
const inStep = () =>
  eventually(
    "the sync is in step",
    async () => {
      const state = await getSync(owner, sync.id);
      return state.status === "in_sync" && state.waiting === 0 && state;
    },
    60_000,
  );
const becomes = (emails: string[], timeout?: number) => audienceBecomes(owner, sandbox.id, segment.id, emails, timeout);

beforeEach(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id" })).id;
  await upsert(owner, dataset, people(0, 20));
  segment = await createSegment(owner, dataset, only("plan", "equals", "Pro"));
  sandbox = await createSandbox(owner);
  sync = await createSync(owner, segment.id, sandbox.id);
  await becomes(mails(0, 20));
});

test("the audience follows members in and out, and the sync says when and how many", async () => {
  await upsert(owner, dataset, [...people(20, 25), ...people(0, 5, "Basic")]);
  await becomes(mails(5, 25), 5_000);
  const state = await inStep();
  expect(state.audience_size).toBe(20);
  expect(Date.parse(state.last_synced_at ?? "")).toBeGreaterThan(0);
  await eventually("the segment tells it too", async () => (await getSegment(owner, segment.id)).last_synced_at);
  const { data } = await owner.get<{ data: object[] }>(`/api/v1/destinations/${sandbox.id}/audiences`);
  expect(data).toEqual([expect.objectContaining({ segment_id: segment.id, size: 20 })]);
});

test("runs tell what was added and removed, with a result for each record", async () => {
  await upsert(owner, dataset, [...people(20, 22), ...people(0, 1, "Basic")]);
  await becomes(mails(1, 22));
  await inStep();
  const results = (
    await Promise.all((await runsOf(owner, sync.id)).map((run) => resultsOf(owner, sync.id, run.id)))
  ).flat();
  const told = new Set(results.map(({ key, action, status }) => `${key} ${action} ${status}`));
  for (const line of ["k0 add accepted", "k20 add accepted", "k21 add accepted", "k0 remove accepted"])
    expect(told).toContain(line);
  const runs = await runsOf(owner, sync.id);
  const sum = (what: "added" | "removed" | "rejected") => runs.reduce((total, run) => total + run[what], 0);
  expect([sum("added"), sum("removed"), sum("rejected")]).toEqual([22, 1, 0]);
  for (const run of runs) expect(run).toMatchObject({ id: expect.stringMatching(/^run_/), status: "succeeded" });
});

test("e-mails are trimmed and lower-cased before they are hashed; empty ones are not sent", async () => {
  await upsert(owner, dataset, [
    { id: "odd", email: "  Odd.One@Example.COM ", plan: "Pro" },
    { id: "none", plan: "Pro" },
    { id: "blank", email: "  ", plan: "Pro" },
  ]);
  await becomes([...mails(0, 20), "odd.one@example.com"]);
});

test("a shared identifier leaves only with the last member that has it", async () => {
  const twins = [
    { id: "t1", email: "twin@example.com", plan: "Pro" },
    { id: "t2", email: "TWIN@example.com", plan: "Pro" },
  ];
  await upsert(owner, dataset, twins);
  await becomes([...mails(0, 20), "twin@example.com"]);
  await upsert(owner, dataset, [{ id: "t1", plan: "Basic" }, ...people(20, 21)]);
  await becomes([...mails(0, 21), "twin@example.com"]);
  await owner.delete(recordPath(dataset, "t2"));
  await becomes(mails(0, 21));
});

test("a changed e-mail replaces the old one; an emptied one is withdrawn", async () => {
  await owner.patch(recordPath(dataset, "k3"), { data: { email: "moved@example.com" } });
  await owner.patch(recordPath(dataset, "k4"), { data: { email: null } });
  await becomes([...mails(0, 3), ...mails(5, 20), "moved@example.com"]);
});

test("an e-mail that moves from one member to another stays in the audience", async () => {
  await upsert(owner, dataset, [
    { id: "k1", email: mail(2) },
    { id: "k2", email: mail(1) },
  ]);
  await upsert(owner, dataset, people(20, 21));
  await becomes(mails(0, 21));
});

test("a deleted record is withdrawn though its row is gone", async () => {
  for (let n = 0; n < 3; n++) await owner.delete(recordPath(dataset, `k${n}`));
  await becomes(mails(3, 20), 5_000);
});

test("an edited segment's audience loses the old members", async () => {
  await upsert(owner, dataset, people(30, 33, "Max"));
  await owner.patch(`/api/v1/segments/${segment.id}`, { query: only("plan", "equals", "Max") });
  await becomes(mails(30, 33));
});

test.each(["unavailable", "rate_limited", "lost_response"])(
  "after calls that end %s the audience is exact, and nothing is lost",
  async (kind) => {
    await setFault(owner, sandbox.id, kind, 2);
    await upsert(owner, dataset, [...people(20, 30), ...people(0, 10, "Basic")]);
    await becomes(mails(10, 30));
    const state = await inStep();
    expect(state).toMatchObject({ audience_size: 20, error: null });
    const attempts = (await runsOf(owner, sync.id)).map((run) => run.attempts);
    expect(Math.max(...attempts)).toBeGreaterThan(1);
  },
);

test("while a platform is away the sync says so and when it tries again; once it is back, all arrives", async () => {
  await setFault(owner, sandbox.id, "unavailable");
  await upsert(owner, dataset, people(20, 30));
  const retrying = await eventually("the sync retries", async () => {
    const state = await getSync(owner, sync.id);
    return state.status === "retrying" && state;
  });
  expect(retrying.waiting).toBeGreaterThan(0);
  expect(retrying).toMatchObject({
    error: { code: expect.any(String), detail: expect.any(String) },
    next_attempt_at: expect.any(String),
  });
  await setFault(owner, sandbox.id, "none");
  await becomes(mails(0, 30));
});

test("a rejected record is told with its reason and does not hold up the others", async () => {
  await setFault(owner, sandbox.id, "reject_some", 1);
  await upsert(owner, dataset, people(20, 60));
  await eventuallyEquals(
    "accepted and rejected make up the members",
    async () => {
      const held = await audience(owner, sandbox.id, segment.id);
      const refused = await rejectedMails();
      return hashesOf(mails(0, 60)).filter((hash) => !held.includes(hash) && !refused.has(hash)).length;
    },
    0,
    60_000,
  );
  const told = (
    await Promise.all((await runsOf(owner, sync.id)).map((run) => resultsOf(owner, sync.id, run.id)))
  ).flat();
  for (const result of told.filter(({ status }) => status === "rejected")) expect(result.reason).toMatch(/\w/);
  expect((await runsOf(owner, sync.id)).some((run) => run.status === "partly" && run.rejected > 0)).toBe(true);
});

async function rejectedMails(): Promise<Set<string>> {
  const hashes = new Set<string>();
  for (const run of await runsOf(owner, sync.id)) {
    for (const result of await resultsOf(owner, sync.id, run.id)) {
      if (result.status === "rejected") hashes.add(hashEmail(mail(Number(result.key.slice(1)))));
    }
  }
  return hashes;
}

test("a paused sync sends nothing, and catches up when it goes on", async () => {
  await owner.post(`/api/v1/syncs/${sync.id}/pause`);
  await eventually("paused", async () => (await getSync(owner, sync.id)).status === "paused");
  await upsert(owner, dataset, people(20, 25));
  const other = await createSandbox(owner);
  await createSync(owner, segment.id, other.id);
  await audienceBecomes(owner, other.id, segment.id, mails(0, 25));
  expect(await audience(owner, sandbox.id, segment.id)).toEqual(hashesOf(mails(0, 20)));
  await owner.post(`/api/v1/syncs/${sync.id}/resume`);
  await becomes(mails(0, 25));
});

test("a deleted sync withdraws what it sent", async () => {
  expect((await owner.send("DELETE", `/api/v1/syncs/${sync.id}`)).status).toBe(204);
  await becomes([]);
  expectProblem(await owner.send("GET", `/api/v1/syncs/${sync.id}`), 404);
});

test("a segment or destination that a sync uses is not deleted", async () => {
  const refusal = await owner.send("DELETE", `/api/v1/segments/${segment.id}`);
  expectProblem(refusal, 409, "segment_in_use");
  expect(refusal.text).toContain(sync.id);
  expectProblem(await owner.send("DELETE", `/api/v1/destinations/${sandbox.id}`), 409, "destination_in_use");
});

test("a sync's mapping must name a field that exists", async () => {
  const other = await createSandbox(owner);
  const json = { segment_id: segment.id, destination_id: other.id, mapping: { email: "e_mail" } };
  expectProblem(await owner.send("POST", "/api/v1/syncs", { json }), [400, 422]);
});

test("syncs are listed by segment and by destination", async () => {
  const ids = async (query: Record<string, string>) =>
    (await owner.get<{ data: Sync[] }>("/api/v1/syncs", query)).data.map(({ id }) => id);
  expect(await ids({ segment_id: segment.id })).toEqual([sync.id]);
  expect(await ids({ destination_id: sandbox.id })).toEqual([sync.id]);
});

test("a renamed e-mail field is still followed", async () => {
  await owner.patch(`/api/v1/datasets/${dataset}`, { fields: [{ name: "email", new_name: "contact" }] });
  await upsert(owner, dataset, [
    { id: "k0", contact: "moved@example.com" },
    { id: "fresh", contact: "fresh@example.com", plan: "Pro" },
  ]);
  await becomes([...mails(1, 20), "moved@example.com", "fresh@example.com"]);
  expect((await getSync(owner, sync.id)).mapping).toEqual({ email: "contact" });
});
