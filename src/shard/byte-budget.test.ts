import { expect, test } from "vitest";
import { ByteBudget, type Droppable } from "./byte-budget.ts";

class User implements Droppable {
  bytes = 0;
  /** What it cannot do without. */
  readonly least: number;

  constructor(least = 0) {
    this.least = least;
  }

  shrink(bytes: number): void {
    this.bytes = Math.max(this.least, Math.min(this.bytes, bytes));
  }
}

const users = (budget: ByteBudget, ...bytes: number[]) =>
  bytes.map((size) => {
    const user = new User();
    user.bytes = size;
    budget.fit(user);
    return user;
  });

test("S51 who shares an isolate shares its bytes: the longest unused gives, whoever grew last", () => {
  const budget = new ByteBudget(100);
  const [a, b] = users(budget, 40, 50) as [User, User];
  expect(budget.used).toBe(90);
  b.bytes = 80;
  budget.fit(b);
  expect([a.bytes, b.bytes]).toEqual([20, 80]);
  budget.fit(a);
  a.bytes = 60;
  budget.fit(a);
  expect([a.bytes, b.bytes]).toEqual([60, 40]);
});

test("S51 what others cannot give the one that grew gives itself", () => {
  const budget = new ByteBudget(100);
  const needy = new User(30);
  needy.bytes = 30;
  budget.fit(needy);
  const [b] = users(budget, 200) as [User];
  expect([needy.bytes, b.bytes]).toEqual([30, 70]);
});

test("S51 what cannot be dropped takes from what others may keep, but for a part that stays theirs", () => {
  const budget = new ByteBudget(100, 120);
  const held = { bytes: 10 };
  budget.hold(held);
  const [user] = users(budget, 90) as [User];
  expect(user.bytes).toBe(90);
  held.bytes = 60;
  budget.fit(user);
  expect(user.bytes).toBe(60);
  held.bytes = 1_000;
  budget.fit(user);
  expect(user.bytes).toBe(25);
});
