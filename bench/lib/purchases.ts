/** The purchases beside the customers, as their *has many* relation: imported once for a run. */
import { type Client, UnexpectedAnswer } from "../../test/blackbox/client.ts";
import { eventually } from "../../test/blackbox/eventually.ts";
import type { Context } from "./context.ts";
import { customersIn, importFile } from "./customers.ts";
import { ANCHOR, PURCHASE_FIELDS } from "./generate.ts";
import { isNotBuilt } from "./ours.ts";
import { timed } from "./stats.ts";

const DAY_MS = 86_400_000;
const SPENT = 500;
const DAYS = 90;
const PATIENCE_MS = 30 * 60_000;

/** "Spent over 500 in the last 90 days", or over another amount in other days. */
export const spentQuery = (spent = SPENT, days = DAYS) => ({
  combinator: "and",
  rules: [
    {
      ...{ related: "purchases", aggregate: "sum", of: "amount", operator: "greater_than", value: spent },
      within: { field: "purchased_on", last: { n: days, unit: "day" } },
    },
  ],
});

export function spentSql(spent = SPENT, days = DAYS): string {
  const since = new Date(ANCHOR - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  const until = new Date(ANCHOR).toISOString().slice(0, 10);
  return `SELECT count(*) FROM customers JOIN (
    SELECT customer_id FROM purchases WHERE purchased_on BETWEEN DATE '${since}' AND DATE '${until}'
    GROUP BY customer_id HAVING sum(amount) > ${spent}) AS spent ON spent.customer_id = customers.id`;
}

/** Null where relations are not built: seen before any purchase is imported. */
export async function purchasesIn(context: Context): Promise<{ customers: string; importMs: number | null } | null> {
  const customers = await customersIn(context);
  if (context.ours.purchases) return { customers, importMs: null };
  const { client } = await context.ours.running();
  const relation = { name: "customer", field: "customer_id", dataset_id: customers, reverse_name: "purchases" };
  const body = { name: "Purchases", key: "id", fields: PURCHASE_FIELDS, relations: [relation] };
  let id: string;
  try {
    id = (await client.post<{ id: string }>("/api/v1/datasets", body)).id;
  } catch (error) {
    if (isNotBuilt(error)) return null;
    throw error;
  }
  try {
    await built(client, customers);
  } catch (error) {
    if (!isNotBuilt(error)) throw error;
    await client.delete(`/api/v1/datasets/${id}`);
    return null;
  }
  const { ms } = await timed(async () => {
    await importFile(client, id, context.purchases());
    await built(client, customers);
  });
  context.ours.imported("purchases", id);
  return { customers, importMs: ms };
}

/** Copies may still be on their way when the import is done: until then the query is refused by name. */
async function built(client: Client, customers: string): Promise<void> {
  const ready = async () => {
    const answer = await client.send("POST", "/api/v1/segments/preview", {
      json: { dataset_id: customers, query: spentQuery(), sample: 0 },
    });
    if (answer.status === 200) return true;
    if ((answer.body as { code?: string }).code !== "relation_building")
      throw new UnexpectedAnswer("POST", "/api/v1/segments/preview", answer);
    return false;
  };
  await eventually("the relation is built", ready, PATIENCE_MS);
}
