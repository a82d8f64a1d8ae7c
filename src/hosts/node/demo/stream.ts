/** The demo's stream of changes: about two a second, one after the other, until it is told to stop. */
import { setTimeout as pause } from "node:timers/promises";
import { applyChange, type Change, nextChange } from "./changes.ts";
import { type Client, RefusedError } from "./client.ts";
import { type Customer, customerId } from "./customers.ts";
import type { Random } from "./random.ts";
import type { DemoData } from "./set-up.ts";

const EVERY_MS = 500;

export interface StreamOptions {
  readonly random: Random;
  /** The program's clock. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Resolves when `signal` tells it to stop. A change that is refused is left
 * out: somebody who plays with the demo may have deleted the customer. Rejects when the dataset itself
 * is gone, or nobody answers any more.
 */
export async function streamChanges(
  client: Client,
  data: DemoData,
  { random, now, signal }: StreamOptions,
): Promise<void> {
  let nextIndex = firstFreeIndex(data.customers);
  while (!signal.aborted) {
    const change = nextChange(random, data.customers, nextIndex++, now());
    if (change !== null) await tell(client, data, change);
    await pause(EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

async function tell(client: Client, { datasetId, customers }: DemoData, change: Change): Promise<void> {
  const records = `/datasets/${datasetId}/records`;
  try {
    if (change.kind === "add") await client.send("POST", records, [change.customer]);
    else if (change.kind === "delete") await client.send("DELETE", `${records}/${change.key}`);
    else await client.send("PATCH", `${records}/${change.key}`, { data: change.data });
    applyChange(customers, change);
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status !== 404 || change.kind === "add") throw error;
    await client.get(`/datasets/${datasetId}`);
    applyChange(customers, { kind: "delete", key: change.key });
  }
}

/** After the highest id that was ever seen here. */
function firstFreeIndex(customers: readonly Customer[]): number {
  const base = Number(customerId(0).slice(1));
  return customers.reduce((free, { customer_id }) => Math.max(free, Number(customer_id.slice(1)) - base + 1 || 0), 0);
}
