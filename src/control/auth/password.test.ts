import { expect, test } from "vitest";
import { hashPassword, verifyPassword } from "./password.ts";

test("A1 a hash names its parameters, has a salt of its own and verifies just its password", async () => {
  const [one, other] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
  expect(one).toMatch(/^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(one).not.toBe(other);
  expect(await verifyPassword("correct horse", one)).toBe(true);
  expect(await verifyPassword("correct hors", one)).toBe(false);
});

test("A1 the same letters verify however a keyboard composes them", async () => {
  expect(await verifyPassword("caf\u0065\u0301 noir", await hashPassword("caf\u00e9 noir"))).toBe(true);
});

test.each([null, "", "plain text", "scrypt$16384$8$1$abc$short", "bcrypt$1$2$3$4$5"])(
  "A2 without a usable hash (%s) the answer is no, after the same work",
  async (stored) => {
    const began = performance.now();
    expect(await verifyPassword("anything", stored)).toBe(false);
    const without = performance.now() - began;
    const hash = await hashPassword("something");
    const again = performance.now();
    await verifyPassword("anything", hash);
    expect(without).toBeGreaterThan((performance.now() - again) / 10);
  },
);
