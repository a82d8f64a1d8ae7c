import { expect, test } from "vitest";
import { applyChange, type Change, nextChange } from "./changes.ts";
import { type Customer, sampleCustomers } from "./customers.ts";
import { seeded } from "./random.ts";

const NOON = Date.UTC(2026, 2, 1, 12);

/** Lets `count` changes happen to 1,000 customers. */
function live(seed: number, count: number): { customers: Customer[]; changes: Change[]; bigSpenders: Set<number> } {
  const customers = sampleCustomers(1, 1_000, NOON);
  const random = seeded(seed);
  const changes: Change[] = [];
  const bigSpenders = new Set<number>();
  for (let n = 0; n < count; n++) {
    const change = nextChange(random, customers, 1_000 + n, NOON);
    if (change === null) throw new Error("nobody left");
    if (change.kind !== "add") expect(customers.some(({ customer_id }) => customer_id === change.key)).toBe(true);
    applyChange(customers, change);
    changes.push(change);
    bigSpenders.add(customers.filter(({ state, monthly_spend }) => state === "CA" && monthly_spend >= 100).length);
  }
  return { customers, changes, bigSpenders };
}

test("every change concerns a customer who is there", () => {
  expect(live(3, 500).changes).toHaveLength(500);
});

test("the same seed gives the same changes", () => {
  expect(live(3, 50).changes).toEqual(live(3, 50).changes);
});

test("all kinds happen, and the number of customers stays about what it was", () => {
  const { customers, changes } = live(4, 2_000);
  expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(["add", "patch", "delete"]));
  expect(customers.length).toBeGreaterThan(900);
  expect(customers.length).toBeLessThan(1_100);
});

test("a count that somebody watches moves within a minute", () => {
  expect(live(5, 120).bigSpenders.size).toBeGreaterThan(3);
});

test("with nobody left, only newcomers happen", () => {
  const changes = Array.from({ length: 100 }, (_, seed) => nextChange(seeded(seed), [], 0, NOON));
  expect(new Set(changes.map((change) => change?.kind))).toEqual(new Set([undefined, "add"]));
});
