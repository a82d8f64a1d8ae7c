/**
 * Brings a workspace to where the demo begins: the customers, three segments, a destination, a sync. Each
 * part is made only where it is missing, so that an interrupted start is finished by the next one.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "./client.ts";
import { toCsv } from "./csv.ts";
import { type Customer, isoDay, sampleCustomers } from "./customers.ts";

const SEED = 20_260_301;
const CUSTOMERS = 10_000;
const LAPSED_DAYS = 120;

interface Listed<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}
interface Named {
  readonly id: string;
  readonly name: string;
}
interface Dataset extends Named {
  readonly record_count: number;
}
interface Import {
  readonly id: string;
  readonly status: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly error: { readonly detail: string } | null;
}

/** The dataset that the demo's changes go to, and who is in it. */
export interface DemoData {
  readonly datasetId: string;
  readonly customers: Customer[];
}

/** @param now epoch milliseconds: the sample's dates end there */
export async function setUp(client: Client, now: number): Promise<DemoData> {
  const dataset = await ensure<Dataset>(client, "/datasets", "Customers", { key: "customer_id" });
  if (dataset.record_count === 0) await importSample(client, dataset.id, now);
  const segments = [];
  for (const [name, description, rules] of segmentsOf(now)) {
    const body = { dataset_id: dataset.id, description, tags: ["demo"], query: { combinator: "and", rules } };
    segments.push(await ensure<Named>(client, "/segments", name, body));
  }
  const destination = await ensure<Named>(client, "/destinations", "Sandbox Ads", { type: "sandbox" });
  await ensureSync(client, segments[0]?.id ?? "", destination.id);
  return { datasetId: dataset.id, customers: await readCustomers(client, dataset.id) };
}

const isoDaysAgo = (now: number, days: number): string => isoDay(now - days * 86_400_000);

function segmentsOf(now: number): [name: string, description: string, rules: object[]][] {
  return [
    [
      "Big spenders in California",
      "Customers in California who spend at least 100 a month.",
      [
        { field: "state", operator: "equals", value: "CA" },
        { field: "monthly_spend", operator: "greater_or_equal", value: 100 },
      ],
    ],
    [
      "Pro plan, never ordered",
      "They pay for Pro and have not ordered anything yet.",
      [
        { field: "plan", operator: "equals", value: "Pro" },
        { field: "orders", operator: "equals", value: 0 },
      ],
    ],
    [
      "Lapsed opt-ins",
      "They agreed to marketing; their last order is long ago.",
      [
        { field: "marketing_opt_in", operator: "is_true" },
        { field: "last_order_at", operator: "before", value: isoDaysAgo(now, LAPSED_DAYS) },
      ],
    ],
  ];
}

/** Every item of a list, page by page. */
async function readAll<T>(client: Client, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `limit=1000${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: Listed<T> = await client.get(`${path}?${query}`);
    items.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return items;
}

async function ensure<T extends Named>(client: Client, path: string, name: string, body: object): Promise<T> {
  const there = (await readAll<T>(client, path)).find((item) => item.name === name);
  return there ?? (await client.send<T>("POST", path, { name, ...body }));
}

async function ensureSync(client: Client, segmentId: string, destinationId: string): Promise<void> {
  const syncs = await readAll<{ segment_id: string; destination_id: string }>(client, "/syncs");
  if (syncs.some((sync) => sync.segment_id === segmentId && sync.destination_id === destinationId)) return;
  const mapping = { email: "email" };
  await client.send("POST", "/syncs", { segment_id: segmentId, destination_id: destinationId, mapping });
}

/** Imports the sample as a file, as a user does, and waits until it is in. */
async function importSample(client: Client, datasetId: string, now: number): Promise<void> {
  const csv = toCsv(sampleCustomers(SEED, CUSTOMERS, now));
  let job: Import = await client.upload(`/datasets/${datasetId}/imports?mode=upsert&file_name=customers.csv`, csv);
  while (job.status === "queued" || job.status === "running") {
    await pause(100);
    job = await client.get(`/imports/${job.id}`);
  }
  if (job.status !== "done")
    throw new Error(`the sample's import ${job.status}: ${job.error?.detail ?? "no reason given"}`);
}

async function readCustomers(client: Client, datasetId: string): Promise<Customer[]> {
  const records = await readAll<{ data: Customer }>(client, `/datasets/${datasetId}/records`);
  return records.map(({ data }) => data);
}
