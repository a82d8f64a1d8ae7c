import { afterAll, beforeAll, expect, test } from "vitest";
import { createLink, listInvites } from "../repositories/links.ts";
import { findMember, removeMember } from "../repositories/members.ts";
import { findAccount } from "../repositories/users.ts";
import { NOW, newTenant, type Tenant, type TestDatabase, testDatabase } from "../testing/database.ts";
import {
  createOwnerSignInToken,
  createSignInLink,
  INVITE_MS,
  join,
  SIGN_IN_LINK_MS,
  signInByLink,
} from "./one-time.ts";

let control: TestDatabase;
let tenant: Tenant;
const DAY_MS = 86_400_000;

beforeAll(async () => {
  control = testDatabase();
  tenant = await newTenant(control.db, "ada");
});
afterAll(() => control.close());

async function invite(email: string, expiresAt = NOW + INVITE_MS): Promise<string> {
  const { workspace_id, user_id } = tenant;
  const link = { kind: "invite", workspace_id, created_by: user_id, email, role: "analyst" } as const;
  return (await createLink(control.db, { ...link, created_at: NOW, expires_at: expiresAt })).token;
}

const accept = (token: string, now = NOW) => join(control.db, { token, name: "Bo", password: "password" }, now);

test("A30 a sign-in link works once", async () => {
  const token = (await createSignInLink(control.db, tenant.email, NOW)) ?? "";
  const { user_id, workspace_id } = tenant;
  expect(await signInByLink(control.db, token, NOW)).toEqual({ ok: true, value: { user_id, workspace_id } });
  expect(await signInByLink(control.db, token, NOW)).toMatchObject({ ok: false, problem: { code: "invalid_link" } });
});

test("A30 of many uses at the same time exactly one works", async () => {
  const token = await invite("race@example.com");
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => accept(token)));
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
  for (const outcome of outcomes) if (!outcome.ok) expect(outcome.problem.status).toBeLessThan(500);
  expect((await listInvites(control.db, tenant.workspace_id, NOW)).map((link) => link.email)).not.toContain(
    "race@example.com",
  );
});

test("A31 a sign-in link is dead after a day, an invitation after seven", async () => {
  expect([SIGN_IN_LINK_MS, INVITE_MS]).toEqual([DAY_MS, 7 * DAY_MS]);
  const token = (await createSignInLink(control.db, tenant.email, NOW)) ?? "";
  expect(await signInByLink(control.db, token, NOW + DAY_MS)).toMatchObject({ ok: false });
  expect(await accept(await invite("late@example.com"), NOW + INVITE_MS)).toMatchObject({ ok: false });
});

test("A30 a token of one kind is worth nothing as another", async () => {
  expect(await signInByLink(control.db, await invite("kind@example.com"), NOW)).toMatchObject({ ok: false });
});

test("A32 somebody who was removed comes back with a new name, password and role, under the same id", async () => {
  const first = await accept(await invite("back@example.com"));
  const id = first.ok ? first.value.user_id : "";
  expect(await removeMember(control.db, tenant.workspace_id, id)).toBe(true);
  expect(await findAccount(control.db, "back@example.com")).toBe(null);
  const again = await accept(await invite("BACK@example.com"));
  expect(again).toEqual({ ok: true, value: { user_id: id, workspace_id: tenant.workspace_id } });
  expect(await findMember(control.db, tenant.workspace_id, id)).toMatchObject({ role: "analyst", name: "Bo" });
});

test("A32 an address with an account does not join a second workspace", async () => {
  expect(await accept(await invite(tenant.email))).toMatchObject({
    ok: false,
    problem: { code: "email_taken", status: 409 },
  });
});

test("A26 the link that the demo prints signs in an owner of the first workspace", async () => {
  await newTenant(control.db, "later");
  const token = (await createOwnerSignInToken(control.db, NOW)) ?? "";
  expect(await signInByLink(control.db, token, NOW)).toMatchObject({ ok: true, value: { user_id: tenant.user_id } });
});
