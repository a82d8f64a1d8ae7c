/** Sample customers, made from a seed. Pure: the same seed and the same day give the same bytes. */
import { FIRST_NAMES, INTERESTS, LAST_NAMES, MAIL_DOMAINS, PLACES } from "./names.ts";
import { between, cents, chance, pick, type Random, seeded, skewed, weighted } from "./random.ts";

/** A row as the API takes it. Dates are ISO texts, null is empty. */
export interface Customer {
  readonly customer_id: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly state: string;
  readonly city: string;
  readonly plan: Plan;
  /** US dollars, two decimals, as `lifetime_value`. */
  readonly monthly_spend: number;
  readonly lifetime_value: number;
  readonly orders: number;
  readonly signed_up_on: string;
  readonly last_order_at: string | null;
  readonly marketing_opt_in: boolean;
  readonly interests: readonly string[];
}

export type Plan = "Free" | "Starter" | "Pro" | "Business" | "Enterprise";

/** The plan, how common it is, the median of the monthly spend, and how many never ordered. */
export const PLANS: readonly (readonly [Plan, weight: number, spend: number, idle: number])[] = [
  ["Free", 52, 9, 0.42],
  ["Starter", 24, 28, 0.2],
  ["Pro", 16, 74, 0.12],
  ["Business", 6, 210, 0.05],
  ["Enterprise", 2, 640, 0.02],
];

const DAY = 86_400_000;
const FIRST_ID = 100_001;

export const customerId = (index: number): string => `C${FIRST_ID + index}`;
export const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
export const isoSecond = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** `count` customers as they stand at `now` (epoch milliseconds, cut to the day). */
export function sampleCustomers(seed: number, count: number, now: number): Customer[] {
  const random = seeded(seed);
  const today = now - (now % DAY);
  return Array.from({ length: count }, (_, index) => makeCustomer(random, index, today));
}

/** One customer; `index` makes the id and keeps e-mail addresses apart. */
export function makeCustomer(random: Random, index: number, now: number): Customer {
  const first = pick(random, FIRST_NAMES);
  const last = pick(random, LAST_NAMES);
  const place = weighted(random, PLACES);
  const [plan, , spend, idle] = weighted(
    random,
    PLANS.map((row) => [row, row[1]] as const),
  );
  const signedUp = now - Math.floor(random.next() ** 1.7 * 2_200) * DAY;
  const monthly = cents(skewed(random, spend, 0.7));
  return {
    customer_id: customerId(index),
    name: `${first} ${last}`,
    email: chance(random, 0.02) ? null : mailAddress(random, first, last, index),
    phone: chance(random, 0.11)
      ? null
      : `+1 ${place.areaCode}-555-01${String(between(random, 0, 99)).padStart(2, "0")}`,
    state: place.state,
    city: pick(random, place.cities),
    plan,
    monthly_spend: monthly,
    ...history(random, chance(random, idle), monthly, signedUp, now),
    signed_up_on: isoDay(signedUp),
    marketing_opt_in: chance(random, 0.61),
    interests: someInterests(random),
  };
}

/** Orders so far: the longer a customer is here, the more; the last one more likely recent than not. */
function history(random: Random, never: boolean, monthly: number, signedUp: number, now: number) {
  if (never) return { lifetime_value: 0, orders: 0, last_order_at: null };
  const months = Math.max(1, (now - signedUp) / (30 * DAY));
  const orders = Math.max(1, Math.round(skewed(random, Math.sqrt(months) * 1.6, 0.6)));
  const since = Math.floor((now - signedUp) * random.next() ** 2.4);
  return {
    lifetime_value: cents(orders * skewed(random, monthly * 0.9, 0.3)),
    orders,
    last_order_at: isoSecond(now - since + between(random, 0, DAY / 1000 - 1) * 1000 - DAY),
  };
}

/** Mostly first.last with a number; some shout, and a few share an address with their household. */
function mailAddress(random: Random, first: string, last: string, index: number): string {
  const plain = (word: string): string =>
    word
      .normalize("NFD")
      .replace(/[^A-Za-z]/g, "")
      .toLowerCase();
  const domain = weighted(random, MAIL_DOMAINS);
  if (chance(random, 0.01)) return `${plain(last)}.family@${domain}`;
  const address = `${plain(first)}.${plain(last)}${index}@${domain}`;
  return chance(random, 0.03) ? address.toUpperCase() : address;
}

function someInterests(random: Random): string[] {
  const wanted = weighted(random, [
    [0, 12],
    [1, 34],
    [2, 32],
    [3, 22],
  ] as const);
  const chosen = new Set<string>();
  while (chosen.size < wanted) chosen.add(pick(random, INTERESTS));
  return [...chosen];
}
