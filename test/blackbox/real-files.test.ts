/** The files in the shared data folder, compared with counts made here from the files themselves. */
import { beforeAll, expect, test } from "vitest";
import { audience, audienceBecomes, createSandbox, createSync, getSync } from "./audiences.ts";
import type { Client } from "./client.ts";
import { EventStream } from "./events.ts";
import { eventually } from "./eventually.ts";
import {
  countOf,
  createDataset,
  createSegment,
  getRecord,
  getSegment,
  importFile,
  memberKeys,
  only,
  preview,
  recordPath,
  upsert,
  verify,
} from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import { readRows, readShared } from "./shared-data.ts";
import type { Group, Segment } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

const AUDIENCE_LIMIT_MS = 5_000;
/** Promised is 100 ms; a shared, busy machine gets more room. The figure is printed. */
const LIVE_LIMIT_MS = 2_000;

let owner: Client;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
});

const riskyQuery: Group = {
  combinator: "and",
  rules: [
    { field: "Contract", operator: "equals", value: "Month-to-month" },
    { field: "MonthlyCharges", operator: "greater_than", value: 80 },
    { field: "Churn", operator: "equals", value: "Yes" },
  ],
};

test("telco: 7,043 rows, exact counts, and one patch reaches SSE and the audience; removal reaches everything", async () => {
  const rows = readRows("telco-customers.csv");
  const { id } = await createDataset(owner, { key: "customerID" });
  const done = await importFile(owner, id, readShared("telco-customers.csv"));
  expect(done).toMatchObject({ status: "done", rows_read: 7_043, added: 7_043, rejected: 0, unfit_cells: {} });
  expect(await countOf(owner, id, only("TotalCharges", "is_empty"))).toBe(11);
  expect(await countOf(owner, id, only("TotalCharges", "greater_than", 5_000))).toBe(
    rows.filter((row) => Number(row.TotalCharges) > 5_000).length,
  );

  const risky = rows.filter(
    (row) => row.Contract === "Month-to-month" && Number(row.MonthlyCharges) > 80 && row.Churn === "Yes",
  );
  const wanted = risky.map((row) => row.customerID ?? "").sort();
  const segment = await createSegment(owner, id, riskyQuery);
  expect(segment.member_count).toBe(wanted.length);
  expect((await preview(owner, id, riskyQuery)).count).toBe(wanted.length);
  expect(await memberKeys(owner, segment.id)).toEqual(wanted);

  const emailOf = (key: string) => `${key}@example.com`;
  await upsert(
    owner,
    id,
    rows.map((row) => ({ customerID: row.customerID, email: emailOf(row.customerID ?? "") })),
  );
  const sandbox = await createSandbox(owner);
  const sync = await createSync(owner, segment.id, sandbox.id);
  await audienceBecomes(owner, sandbox.id, segment.id, wanted.map(emailOf));

  const [leaver = "", removed = ""] = wanted;
  const stream = await EventStream.open(owner);
  await patchAndSee(stream, segment, leaver, id, { Churn: "No" }, wanted.length - 1);
  await audienceWithin(sandbox.id, segment.id, wanted.filter((key) => key !== leaver).map(emailOf));
  await patchAndSee(stream, segment, leaver, id, { Churn: "Yes" }, wanted.length);
  await audienceWithin(sandbox.id, segment.id, wanted.map(emailOf));
  stream.close();

  await owner.delete(recordPath(id, removed));
  expectProblem(await owner.send("GET", recordPath(id, removed)), 404);
  expect((await getSegment(owner, segment.id)).member_count).toBe(wanted.length - 1);
  expect((await preview(owner, id, riskyQuery)).count).toBe(wanted.length - 1);
  expect(await memberKeys(owner, segment.id)).not.toContain(removed);
  await audienceWithin(sandbox.id, segment.id, wanted.filter((key) => key !== removed).map(emailOf));
  expect(await verify(owner, segment.id)).toMatchObject({ missing: [], extra: [] });
  await eventually("the sync is in step", async () => (await getSync(owner, sync.id)).status === "in_sync");
  expect(await importFile(owner, id, readShared("telco-customers.csv"))).toMatchObject({
    added: 1,
    updated: 0,
    unchanged: 7_042,
  });
});

/** Changes a record and waits for the count that follows; the latency is measured from before the request. */
async function patchAndSee(
  stream: EventStream,
  segment: Segment,
  key: string,
  dataset: string,
  data: object,
  count: number,
): Promise<void> {
  const seen = stream.events.length;
  const started = performance.now();
  await owner.patch(recordPath(dataset, key), { data });
  const isNews = (event: { event: string; data: Record<string, unknown> }) =>
    event.event === "segment" && event.data.segment_id === segment.id && event.data.member_count === count;
  const event = await stream.waitFor(
    `member_count ${count}`,
    (each) => stream.events.indexOf(each) >= seen && isNews(each),
  );
  const took = event.at - started;
  console.log(`telco: patch sent to SSE received: ${took.toFixed(1)} ms`);
  expect(took).toBeLessThan(LIVE_LIMIT_MS);
  expect((await getSegment(owner, segment.id)).member_count).toBe(count);
}

async function audienceWithin(destination: string, segment: string, emails: string[]): Promise<void> {
  const started = performance.now();
  await audienceBecomes(owner, destination, segment, emails, AUDIENCE_LIMIT_MS);
  console.log(
    `telco: audience exact after ${(performance.now() - started).toFixed(0)} ms (${(await audience(owner, destination, segment)).length})`,
  );
}

test("cdnow customers: ids keep their leading zeros, dates are dates", async () => {
  const rows = readRows("cdnow-customers.csv");
  const { id } = await createDataset(owner, { key: "customer_id" });
  const done = await importFile(owner, id, readShared("cdnow-customers.csv"));
  expect(done).toMatchObject({ status: "done", rows_read: rows.length, added: rows.length, rejected: 0 });
  expect(await getRecord(owner, id, "00001")).toMatchObject({
    key: "00001",
    data: { customer_id: "00001", first_purchase_on: "2021-01-01" },
  });
  expectProblem(await owner.send("GET", recordPath(id, "1")), 404);
  expect(await countOf(owner, id, only("customer_id", "equals", "00042"))).toBe(1);
  expect(await countOf(owner, id, only("customer_id", "equals", "42"))).toBe(0);
  const inFebruary = rows.filter((row) => (row.first_purchase_on ?? "").startsWith("2021-02")).length;
  expect(await countOf(owner, id, only("first_purchase_on", "between", ["2021-02-01", "2021-02-28"]))).toBe(inFebruary);
  const after = rows.filter((row) => (row.first_purchase_on ?? "") > "2021-03-01").length;
  expect(await countOf(owner, id, only("first_purchase_on", "after", "2021-03-01"))).toBe(after);
});

test("cdnow purchases: 69,659 rows with exact counts on amounts and units", async () => {
  const rows = readRows("cdnow-purchases.csv");
  const { id } = await createDataset(owner, { key: "purchase_id" });
  expect(await importFile(owner, id, readShared("cdnow-purchases.csv"))).toMatchObject({
    status: "done",
    added: 69_659,
    rows_read: 69_659,
  });
  const large: Group = {
    combinator: "or",
    rules: [
      { field: "amount", operator: "greater_or_equal", value: 100 },
      { field: "units", operator: "greater_than", value: 5 },
    ],
  };
  const wanted = rows.filter((row) => Number(row.amount) >= 100 || Number(row.units) > 5);
  const segment = await createSegment(owner, id, large);
  expect(segment.member_count).toBe(wanted.length);
  expect(await memberKeys(owner, segment.id)).toEqual(wanted.map((row) => row.purchase_id).sort());
});
