import { afterAll, beforeAll, expect, test } from "vitest";
import { NOW, newTenant, type Tenant, type TestDatabase, testDatabase } from "../testing/database.ts";
import { endSession, findPrincipal, SESSION_MS, startSession } from "./sessions.ts";

let control: TestDatabase;
let tenant: Tenant;
const DAY_MS = 86_400_000;

beforeAll(async () => {
  control = testDatabase();
  tenant = await newTenant(control.db, "ada");
});
afterAll(() => control.close());

const start = () => startSession(control.db, tenant.user_id, tenant.workspace_id, NOW);
const find = (token: string, now: number) => findPrincipal(control.db, token, now);

test("A4 the token is random, and only its hash is kept", async () => {
  const tokens = [await start(), await start()];
  expect(tokens[0]).not.toBe(tokens[1]);
  const { results } = await control.d1.prepare("SELECT * FROM sessions").all();
  for (const token of tokens) {
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(results)).not.toContain(token);
  }
});

test("A5 a session ends 30 days after its last use, and is swept away later", async () => {
  expect(SESSION_MS).toBe(30 * DAY_MS);
  const used = await start();
  const idle = await start();
  expect(await find(used, NOW + 20 * DAY_MS)).not.toBe(null);
  expect(await find(used, NOW + 49 * DAY_MS)).not.toBe(null);
  expect(await find(idle, NOW + 30 * DAY_MS)).toBe(null);
  await startSession(control.db, tenant.user_id, tenant.workspace_id, NOW + 60 * DAY_MS);
  const { results } = await control.d1
    .prepare("SELECT expires_at FROM sessions WHERE expires_at < ?")
    .bind(NOW + 60 * DAY_MS)
    .all();
  expect(results).toEqual([]);
});

test("A6 an ended session stays ended", async () => {
  const token = await start();
  await endSession(control.db, token);
  expect(await find(token, NOW)).toBe(null);
});
