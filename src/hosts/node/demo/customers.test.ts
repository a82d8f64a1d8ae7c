import { expect, test } from "vitest";
import { toCsv } from "./csv.ts";
import { sampleCustomers } from "./customers.ts";

const NOON = Date.UTC(2026, 2, 1, 12);
const customers = sampleCustomers(7, 10_000, NOON);
const share = (wanted: (customer: (typeof customers)[number]) => boolean): number =>
  customers.filter(wanted).length / customers.length;

test("the same seed and day give the same bytes, another seed gives others", () => {
  expect(toCsv(sampleCustomers(7, 500, NOON + 3_600_000))).toBe(toCsv(sampleCustomers(7, 500, NOON)));
  expect(toCsv(sampleCustomers(8, 500, NOON))).not.toBe(toCsv(sampleCustomers(7, 500, NOON)));
});

test("keys are unique", () => {
  expect(new Set(customers.map(({ customer_id }) => customer_id)).size).toBe(10_000);
});

test("nobody real is reached: reserved mail domains and fictional phone numbers", () => {
  for (const { email, phone } of customers) {
    if (email !== null) expect(email).toMatch(/^[a-z0-9.]+@example\.(com|net|org)$/i);
    if (phone !== null) expect(phone).toMatch(/^\+1 \d{3}-555-01\d\d$/);
  }
});

test("the data is skewed and has gaps, as real data has", () => {
  const spends = customers.map(({ monthly_spend }) => monthly_spend).sort((a, b) => a - b);
  const mean = spends.reduce((sum, spend) => sum + spend, 0) / spends.length;
  expect(mean).toBeGreaterThan(1.5 * (spends[5_000] ?? 0));
  expect(share(({ state }) => state === "CA")).toBeGreaterThan(0.1);
  expect(share(({ plan }) => plan === "Free")).toBeGreaterThan(0.45);
  expect(share(({ email }) => email === null)).toBeGreaterThan(0.005);
  expect(share(({ orders, last_order_at }) => (orders === 0) !== (last_order_at === null))).toBe(0);
});

test("nothing lies in the future", () => {
  const orders = customers.flatMap(({ last_order_at }) => last_order_at ?? []).sort();
  expect(orders.at(-1)?.slice(0, 10) ?? "").toMatch(/^2026-0[23]-/);
  expect(orders.filter((at) => at > "2026-03-01T12")).toEqual([]);
  expect(share(({ signed_up_on }) => signed_up_on > "2026-03-01")).toBe(0);
});

test("a cell with a comma or a quote is quoted", () => {
  const [sample] = customers;
  if (sample === undefined) throw new Error("no sample");
  const lines = toCsv([{ ...sample, name: 'Ann "A", Lee', interests: ["a", "b"], email: null }]).split("\n");
  expect(lines[1]).toContain('"Ann ""A"", Lee",,');
  expect(lines[1]).toMatch(/,"\[""a"",""b""\]"$/);
});
