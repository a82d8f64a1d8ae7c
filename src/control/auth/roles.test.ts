import { expect, test } from "vitest";
import { atLeast, mayGrant, ROLES } from "./roles.ts";

test("A20 each role may do what those before it may", () => {
  for (const [at, role] of ROLES.entries()) {
    for (const [wanted, needed] of ROLES.entries()) expect(atLeast(role, needed)).toBe(at >= wanted);
  }
});

test("A23 rights are given by admins and owners, none above their own", () => {
  const given = ROLES.map((actor) => ROLES.filter((role) => mayGrant(actor, role)));
  expect(given).toEqual([[], [], ["viewer", "analyst", "admin"], ["viewer", "analyst", "admin", "owner"]]);
});
