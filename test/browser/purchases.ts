/** Five customers' purchases and stores, and dates around today, for what is relative or related. */
import { eventually } from "../blackbox/eventually.ts";
import { type Made, makeCustomers } from "./customers.ts";
import type { Site } from "./site.ts";

export interface Shop extends Made {
  readonly purchases: string;
  readonly stores: string;
}

const DAY = 86_400_000;

/** `YYYY-MM-DD`, so many days ago. */
export const daysAgo = (days: number) => new Date(Date.now() - days * DAY).toISOString().slice(0, 10);

/** Who joined 5, 25, 60, 200 and 400 days ago; c1 and c3 shop at s1 in the West, the others at s2 in the East. */
const JOINED = [5, 25, 60, 200, 400];

/** c1 spent 90 and 30 lately and 400 long ago, c2 20 lately, c3 80 and 75 in between; c4 and c5 nothing. */
const PURCHASES = [
  ["p1", "c1", 90, "Coat", 3],
  ["p2", "c1", 30, "Hat", 10],
  ["p3", "c1", 400, "Coat", 300],
  ["p4", "c2", 20, "Hat", 4],
  ["p5", "c3", 80, "Bag", 50],
  ["p6", "c3", 75, "Coat", 45],
] as const;

export async function makeShop(site: Site): Promise<Shop> {
  const made = await makeCustomers(site);
  const stores = await site.call<{ id: string }>("POST", "/datasets", {
    name: "Stores",
    key: "store_id",
    fields: [{ name: "region", type: "text" }],
  });
  await site.call("POST", `/datasets/${stores.id}/records`, [
    { store_id: "s1", region: "West" },
    { store_id: "s2", region: "East" },
  ]);
  const customers = JOINED.map((days, i) => {
    const store_id = i % 2 === 0 && i < 4 ? "s1" : "s2";
    return { id: `c${i + 1}`, joined: daysAgo(days), store_id };
  });
  await site.call("POST", `/datasets/${made.dataset}/records`, customers);
  const purchases = await site.call<{ id: string }>("POST", "/datasets", {
    name: "Purchases",
    key: "purchase_id",
    fields: [
      { name: "customer_id", type: "text" },
      { name: "amount", type: "number" },
      { name: "product", type: "text" },
      { name: "bought_on", type: "date" },
    ],
  });
  const rows = PURCHASES.map(([purchase_id, customer_id, amount, product, days]) => {
    return { purchase_id, customer_id, amount, product, bought_on: daysAgo(days) };
  });
  await site.call("POST", `/datasets/${purchases.id}/records`, rows);
  return { ...made, stores: stores.id, purchases: purchases.id };
}

/** Purchases point at customers, customers at stores; ready when this answers. */
export async function relate(site: Site, { dataset, purchases, stores }: Shop): Promise<void> {
  const relation = (name: string, dataset_id: string, reverse_name: string) => ({
    relations: [{ name, field: `${name}_id`, dataset_id, reverse_name }],
  });
  await site.call("PATCH", `/datasets/${purchases}`, relation("customer", dataset, "purchases"));
  await site.call("PATCH", `/datasets/${dataset}`, relation("store", stores, "customers"));
  await eventually("the relations are ready", async () => {
    const { relations } = await site.call<{ relations: { status: string }[] }>("GET", `/datasets/${dataset}`);
    return relations.length === 2 && relations.every(({ status }) => status === "ready");
  });
}
