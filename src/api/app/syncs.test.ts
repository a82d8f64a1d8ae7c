import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openDatabase } from "../../control/database.ts";
import { createSync, deleteSync, needSync, type SyncAuthor } from "../data/write-sync.ts";
import type { Env } from "../env.ts";
import { newDataset, newSegment, START_MS, startProgram, type TestProgram } from "../testing/program.ts";

let program: TestProgram;
beforeAll(async () => {
  program = await startProgram();
}, START_MS);
afterAll(() => program.close());

/** Objects of these bindings cannot be reached. */
function without(env: Env, ...bindings: ("FEED" | "SYNC")[]): Env {
  const away = { getByName: () => new Proxy({}, { get: () => () => Promise.reject(new Error("away")) }) };
  return { ...env, ...Object.fromEntries(bindings.map((binding) => [binding, away])) };
}

async function newSync() {
  const { owner, host } = program;
  const dataset = await newDataset(owner);
  await owner.ok("POST", `/api/v1/datasets/${dataset}/records`, { json: [{ id: "a", email: "a@example.com" }] });
  const segment_id = await newSegment(owner, dataset);
  const json = { type: "sandbox", name: "ads" };
  const { id: destination_id } = await owner.ok<{ id: string }>("POST", "/api/v1/destinations", { json });
  const { workspace, user } = await owner.ok<{ workspace: { id: string }; user: { id: string } }>("GET", "/api/v1/me");
  const env = host.env as Env;
  const author: SyncAuthor = {
    ...{ env, db: openDatabase(env.DB), now: Date.now() },
    ...{ workspace_id: workspace.id, user_id: user.id },
  };
  const input = { segment_id, destination_id, mapping: { email: "email" } };
  const size = async () => {
    const path = `/api/v1/destinations/${destination_id}/audience?segment_id=${segment_id}`;
    return (await owner.ok<{ size: number }>("GET", path)).size;
  };
  return { author, input, size };
}

test("P70 a sync whose objects nobody told is started by the minute job", async () => {
  const { author, input, size } = await newSync();
  await createSync({ ...author, env: without(author.env, "FEED", "SYNC") }, input);
  await program.host.program.scheduled(program.host.env);
  await vi.waitFor(async () => expect(await size()).toBe(1), 5000);
});

test("P71 a sync whose object does not hear of its end stays; told, it withdraws", async () => {
  const { author, input, size } = await newSync();
  const sync = await createSync(author, input);
  await vi.waitFor(async () => expect(await size()).toBe(1), 5000);
  await expect(deleteSync({ ...author, env: without(author.env, "SYNC") }, sync)).rejects.toThrow("away");
  expect(await needSync(author.db, author.workspace_id, sync.id)).toMatchObject({ id: sync.id });
  await deleteSync(author, sync);
  await expect(needSync(author.db, author.workspace_id, sync.id)).rejects.toThrow();
  await vi.waitFor(async () => expect(await size()).toBe(0), 5000);
});
