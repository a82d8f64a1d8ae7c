import { afterEach, beforeEach, expect, test } from "vitest";
import { setUp } from "./auth/one-time.ts";
import { verifyPassword } from "./auth/password.ts";
import { firstStart } from "./first-start.ts";
import { findAccount } from "./repositories/users.ts";
import { firstWorkspace } from "./repositories/workspaces.ts";
import { type TestDatabase, testDatabase } from "./testing/database.ts";

let control: TestDatabase;
beforeEach(() => {
  control = testDatabase();
});
afterEach(() => control.close());

const start = (settings: Record<string, string> = {}) =>
  firstStart({ DB: control.d1, SECRET: "secret", PUBLIC_URL: "http://localhost:8787", ...settings });
const tokenOf = (link: string | null) => new URL(link ?? "").searchParams.get("token") ?? "";
const owner = { email: "o@example.com", password: "password", workspace_name: "Ours", time_zone: "UTC" };

test("A33 with an owner in the environment the first start makes them and a workspace in the zone, once", async () => {
  const settings = { ADMIN_EMAIL: "Boss@Example.com", ADMIN_PASSWORD: "x", TIME_ZONE: "Europe/Berlin" };
  expect(await start(settings)).toEqual({ set_up_link: null });
  expect(await firstWorkspace(control.db)).toMatchObject({ time_zone: "Europe/Berlin" });
  expect(await start({ ...settings, ADMIN_PASSWORD: "another" })).toEqual({ set_up_link: null });
  const account = await findAccount(control.db, "boss@example.com");
  expect(await verifyPassword("x", account?.user.password_hash ?? null)).toBe(true);
});

test("A33 without one it makes a set-up link, the same at every start until it is used", async () => {
  const [first, second] = await Promise.all([start(), start()]);
  expect(first.set_up_link).toMatch(/^http:\/\/localhost:8787\/set-up\?token=[\w-]{43}$/);
  expect(second).toEqual(first);
  const another = await start({ SECRET: "another" });
  expect(another.set_up_link).not.toBe(first.set_up_link);
  expect(await setUp(control.db, tokenOf(first.set_up_link), owner, Date.now())).toMatchObject({ ok: true });
  expect(
    await setUp(control.db, tokenOf(first.set_up_link), { ...owner, email: "b@example.com" }, Date.now()),
  ).toMatchObject({
    ok: false,
  });
  expect(await setUp(control.db, tokenOf(another.set_up_link), owner, Date.now())).toMatchObject({ ok: false });
  expect(await start()).toEqual({ set_up_link: null });
});

test("A31 a set-up link is dead after seven days, and the next start revives it", async () => {
  const token = tokenOf((await start()).set_up_link);
  const later = Date.now() + 7 * 86_400_000 + 1000;
  expect(await setUp(control.db, token, owner, later)).toMatchObject({ ok: false });
  await start({ CLOCK_OFFSET_MS: String(later - Date.now()) });
  expect(await setUp(control.db, token, owner, later)).toMatchObject({ ok: true });
});

test("A30 two people who open the set-up link at once make one workspace", async () => {
  const token = tokenOf((await start()).set_up_link);
  const outcomes = await Promise.all(
    ["a@example.com", "b@example.com"].map((email) => setUp(control.db, token, { ...owner, email }, Date.now())),
  );
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
});

test("A33 a time zone that does not exist stops the start with a sentence", async () => {
  await expect(start({ ADMIN_EMAIL: "a@b.io", ADMIN_PASSWORD: "x", TIME_ZONE: "Middle/Earth" })).rejects.toThrow(
    /Middle\/Earth is not known/,
  );
});
