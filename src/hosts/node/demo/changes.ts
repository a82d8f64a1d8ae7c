/**
 * What happens to the sample customers while the demo runs: one change at a time. Pure; the world of the
 * demo is a list that the caller keeps.
 */
import { type Customer, isoDay, isoSecond, makeCustomer, PLANS } from "./customers.ts";
import { between, cents, chance, pick, type Random, skewed, weighted } from "./random.ts";

export type Change =
  | { readonly kind: "add"; readonly customer: Customer }
  | { readonly kind: "patch"; readonly key: string; readonly data: Partial<Customer> }
  | { readonly kind: "delete"; readonly key: string };

/** As many come as go, so that a demo that runs for days stays the size it was. */
const KINDS = [
  ["spend", 42],
  ["order", 24],
  ["plan", 15],
  ["opt-in", 9],
  ["add", 5],
  ["delete", 5],
] as const;

/** Two changes of three happen in one state: a segment over it moves while somebody watches. */
const BUSY_STATE = "CA";

/** The next change; null when there is nobody left to change. `nextIndex` makes a new customer's id. */
export function nextChange(
  random: Random,
  customers: readonly Customer[],
  nextIndex: number,
  now: number,
): Change | null {
  const kind = weighted(random, KINDS);
  if (kind === "add") return { kind, customer: newcomer(random, nextIndex, now) };
  if (customers.length === 0) return null;
  const customer = someone(random, customers);
  if (kind === "delete") return { kind, key: customer.customer_id };
  return { kind: "patch", key: customer.customer_id, data: edit(random, kind, customer, now) };
}

/** A dozen looks for somebody in the busy state, two times of three. */
function someone(random: Random, customers: readonly Customer[]): Customer {
  let customer = pick(random, customers);
  if (chance(random, 1 / 3)) return customer;
  for (let look = 0; look < 12 && customer.state !== BUSY_STATE; look++) customer = pick(random, customers);
  return customer;
}

function edit(
  random: Random,
  kind: "spend" | "order" | "plan" | "opt-in",
  customer: Customer,
  now: number,
): Partial<Customer> {
  if (kind === "opt-in") return { marketing_opt_in: !customer.marketing_opt_in };
  if (kind === "order") return order(random, customer, now);
  if (kind === "plan") {
    const [plan, , spend] = pick(
      random,
      PLANS.filter(([other]) => other !== customer.plan),
    );
    return { plan, monthly_spend: cents(skewed(random, spend, 0.6)) };
  }
  const usual = PLANS.find(([plan]) => plan === customer.plan)?.[2] ?? customer.monthly_spend;
  return { monthly_spend: cents(skewed(random, usual, 0.8)) };
}

function order(random: Random, customer: Customer, now: number): Partial<Customer> {
  const amount = cents(skewed(random, Math.max(5, customer.monthly_spend), 0.4));
  return {
    orders: customer.orders + between(random, 1, 2),
    lifetime_value: cents(customer.lifetime_value + amount),
    last_order_at: isoSecond(now),
  };
}

const newcomer = (random: Random, index: number, now: number): Customer => ({
  ...makeCustomer(random, index, now),
  signed_up_on: isoDay(now),
  orders: 0,
  lifetime_value: 0,
  last_order_at: null,
});

/** The list after a change, changed in place: it is long, and changes come by the second. */
export function applyChange(customers: Customer[], change: Change): void {
  if (change.kind === "add") {
    customers.push(change.customer);
    return;
  }
  const at = customers.findIndex(({ customer_id }) => customer_id === change.key);
  const before = customers[at];
  if (before === undefined) return;
  if (change.kind === "patch") customers[at] = { ...before, ...change.data };
  else customers.splice(at, 1);
}
