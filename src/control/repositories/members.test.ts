import { afterAll, beforeAll, expect, test } from "vitest";
import { runBatch } from "../database.ts";
import { NOW, newTenant, type Tenant, type TestDatabase, testDatabase } from "../testing/database.ts";
import { insertMember, listMembers, removeMember, setRole } from "./members.ts";
import { findPrincipal, startSession } from "./sessions.ts";
import { insertUser } from "./users.ts";

let control: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  control = testDatabase();
  tenant = await newTenant(control.db, "ada");
});
afterAll(() => control.close());

async function another(role: "owner" | "viewer"): Promise<string> {
  const id = `usr_${role}_${Math.random()}`;
  const user = { id, email: `${id}@example.com`, name: id, password_hash: "", created_at: NOW };
  await runBatch(control.db, [
    insertUser(control.db, user),
    insertMember(control.db, tenant.workspace_id, id, role, NOW + 1),
  ]);
  return id;
}

test("A24 the last owner keeps the role and stays", async () => {
  const { workspace_id, user_id } = tenant;
  expect(await setRole(control.db, workspace_id, user_id, "admin")).toBe(false);
  expect(await removeMember(control.db, workspace_id, user_id)).toBe(false);
  expect(await setRole(control.db, workspace_id, user_id, "owner")).toBe(true);
});

test("A24 of two owners who leave at the same time one stays", async () => {
  const second = await another("owner");
  const left = await Promise.all([
    removeMember(control.db, tenant.workspace_id, second),
    setRole(control.db, tenant.workspace_id, tenant.user_id, "viewer"),
  ]);
  expect(left.filter(Boolean)).toHaveLength(1);
  const owners = (await listMembers(control.db, tenant.workspace_id)).filter((member) => member.role === "owner");
  expect(owners).toHaveLength(1);
  await setRole(control.db, tenant.workspace_id, tenant.user_id, "owner");
});

test("A25 a removed person's sessions end with them; others' go on", async () => {
  const viewer = await another("viewer");
  const theirs = await startSession(control.db, viewer, tenant.workspace_id, NOW);
  const mine = await startSession(control.db, tenant.user_id, tenant.workspace_id, NOW);
  expect(await findPrincipal(control.db, theirs, NOW)).toMatchObject({ user: { id: viewer }, role: "viewer" });
  expect(await removeMember(control.db, tenant.workspace_id, viewer)).toBe(true);
  expect(await findPrincipal(control.db, theirs, NOW)).toBe(null);
  expect(await findPrincipal(control.db, mine, NOW)).toMatchObject({ user: { id: tenant.user_id } });
});
