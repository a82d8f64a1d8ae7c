/** An orderly stop in the midst of work, and a start on the same folder: nothing is lost and everything goes on. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audienceBecomes, createSandbox, createSync, setFault } from "../blackbox/audiences.ts";
import { Client, signIn } from "../blackbox/client.ts";
import { EventStream } from "../blackbox/events.ts";
import {
  createDataset,
  createSegment,
  getRecord,
  getSegment,
  only,
  settled,
  startImport,
  upsert,
} from "../blackbox/nouns.ts";
import type { Import, Segment } from "../blackbox/wire.ts";
import { type NodeProcess, startNode } from "../hosts/node.ts";

const admin = { CUTTY_ADMIN_EMAIL: "admin@example.com", CUTTY_ADMIN_PASSWORD: "a password for the restart" };
const ROWS = 50_000;

let dataDir: string;
let host: NodeProcess;
let client: Client;
let dataset: string;
let segment: Segment;

async function start(cookie: string | null): Promise<void> {
  host = await startNode({ dataDir, env: admin });
  client = new Client(host.url);
  client.cookie = cookie;
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "cutty-restart-"));
  await start(null);
  ({ cookie: client.cookie } = await signIn(host.url, admin.CUTTY_ADMIN_EMAIL, admin.CUTTY_ADMIN_PASSWORD));
  dataset = (await createDataset(client, { key: "id" })).id;
  await upsert(client, dataset, [{ id: "a", email: "a@example.com", plan: "Pro" }]);
  segment = await createSegment(client, dataset, only("plan", "equals", "Pro"));
});

afterAll(async () => {
  await host.close();
  await rm(dataDir, { recursive: true, force: true });
});

test("SIGTERM during an import, an open stream, an open upload and a retrying sync: all go on after the next start", {
  timeout: 120_000,
}, async () => {
  const sandbox = await createSandbox(client);
  await createSync(client, segment.id, sandbox.id);
  await audienceBecomes(client, sandbox.id, segment.id, ["a@example.com"]);
  await setFault(client, sandbox.id, "unavailable", 2);
  const stream = await EventStream.open(client);
  await upsert(client, dataset, [{ id: "b", email: "b@example.com", plan: "Pro" }]);
  await stream.waitFor("a count of 2", ({ event, data }) => event === "segment" && data.member_count === 2);
  const seen = stream.cursor;
  const upload = await client.post<{ id: string }>("/api/v1/uploads", { file_name: "parts.csv" });
  const part = { body: "id,plan\nfrom-part,Basic\n", headers: { "content-type": "application/octet-stream" } };
  await client.expect("PUT", `/api/v1/uploads/${upload.id}/parts/1`, part);
  const lines = Array.from({ length: ROWS }, (_, n) => `i${n},Basic\n`).join("");
  const begun = await startImport(client, dataset, `id,plan\n${lines}`);
  await upsert(client, dataset, [{ id: "c", email: "c@example.com", plan: "Pro" }]);
  const { cookie } = client;
  host.process.kill("SIGTERM");
  expect(await host.close()).toBe(0);
  stream.close();

  await start(cookie);
  const resumed = await EventStream.open(client, seen);
  await resumed.waitFor("what was missed", ({ event, data }) => event === "segment" && data.member_count === 3);
  resumed.close();
  expect(await settled(client, begun.id)).toMatchObject({ status: "done", rows_read: ROWS, added: ROWS });
  expect((await getSegment(client, segment.id)).member_count).toBe(3);
  await audienceBecomes(client, sandbox.id, segment.id, ["a@example.com", "b@example.com", "c@example.com"]);
  await client.post(`/api/v1/uploads/${upload.id}/complete`);
  const { id } = await client.post<Import>(`/api/v1/datasets/${dataset}/imports`, { upload_id: upload.id });
  expect(await settled(client, id)).toMatchObject({ status: "done", added: 1 });
  expect((await getRecord(client, dataset, "from-part")).data.plan).toBe("Basic");
});
