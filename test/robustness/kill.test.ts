/**
 * `kill -9` at random moments during updates, imports and a sync with a platform that misbehaves. After
 * each restart every acknowledged write is there, no row is there by half, interrupted imports end by
 * themselves with exact counts, and no segment differs from a recomputation. `CUTTY_KILLS` says how often,
 * `CUTTY_SEED` repeats a run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audienceBecomes, createSandbox, createSync, getSync, memberHashes, setFault } from "../blackbox/audiences.ts";
import { Client, signIn } from "../blackbox/client.ts";
import { eventually } from "../blackbox/eventually.ts";
import {
  allRecords,
  createDataset,
  createSegment,
  getSegment,
  memberKeys,
  only,
  settled,
  startImport,
  untilLive,
  verify,
} from "../blackbox/nouns.ts";
import { seed } from "../blackbox/seed.ts";
import type { Data, Rule, Segment } from "../blackbox/wire.ts";
import { type NodeProcess, startNode } from "../hosts/node.ts";
import { endsWhole, importsOf, keylessLane, type Lane, replaceLane, send, upsertLane } from "./lanes.ts";
import { Model } from "./model.ts";
import { Random } from "./random.ts";
import { writeUntilGone } from "./workload.ts";

const KILLS = Number(process.env.CUTTY_KILLS ?? 5);
const WRITERS = 3;
/** Short lives interrupt what has just begun, long ones what goes on for a while. */
const LIVES_MS = [300, 800, 2_000];
const admin = { CUTTY_ADMIN_EMAIL: "admin@example.com", CUTTY_ADMIN_PASSWORD: "a password for the crash test" };

const random = new Random(seed);
const model = new Model();
const lanes: { lane: Lane; promised: number }[] = [];
let [importsPromised, importsInterrupted] = [0, 0];
let dataDir: string;
let host: NodeProcess;
let client: Client;
let dataset: string;
let destination: string;
let sync: string;
let segments: Segment[];
/** Its query is edited in some rounds: `v` at least one of these, the second when an edit is in doubt. */
let followed: Segment;
let limits = [50];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "cutty-kill-"));
  host = await startNode({ dataDir, env: admin });
  client = await signIn(host.url, admin.CUTTY_ADMIN_EMAIL, admin.CUTTY_ADMIN_PASSWORD);
  const numbers = ["v", "w", "round"].map((name) => ({ name, type: "number" as const }));
  const texts = ["id", "email"].map((name) => ({ name, type: "text" as const }));
  dataset = (await createDataset(client, { key: "id", fields: [...texts, ...numbers] })).id;
  for (const lane of [
    upsertLane(dataset, 20_000),
    await replaceLane(client, 6_000),
    await keylessLane(client, 4_000),
  ]) {
    lanes.push({ lane, promised: 0 });
    const { id } = await startImport(client, lane.dataset, lane.text(0), { mode: lane.mode, file_name: "0.csv" });
    expect(await settled(client, id)).toMatchObject({ status: "done", added: lane.rows });
  }
  followed = await createSegment(client, dataset, only("v", "greater_or_equal", limits[0]));
  const others = [
    only("w", "less_than", 10),
    only("email", "contains", ".1@"),
    only("round", "is_not_empty"),
    only("id", "starts_with", "W1-"),
  ];
  segments = [followed, ...(await Promise.all(others.map((query) => createSegment(client, dataset, query))))];
  destination = (await createSandbox(client)).id;
  sync = (await createSync(client, followed.id, destination)).id;
});

afterAll(async () => {
  await host.kill();
  await rm(dataDir, { recursive: true, force: true });
});

test(`nothing acknowledged is lost in ${KILLS} kills at random moments`, {
  timeout: 60_000 + KILLS * 60_000,
}, async () => {
  for (let round = 1; round <= KILLS; round++) {
    await runAndKill(round);
    host = await startNode({ dataDir, env: admin });
    const { cookie } = client;
    client = new Client(host.url);
    client.cookie = cookie;
    for (const { lane } of lanes)
      importsInterrupted += (await importsOf(client, lane)).filter(({ status }) => status !== "done").length;
    await recordsAreAsPromised();
    for (const { lane, promised } of lanes) await endsWhole(client, lane, promised);
    await segmentsAreExact();
  }
  await audienceEndsExact();
  console.log(
    `kill: seed ${seed}, ${KILLS} kills, ${model.acknowledged} acknowledged writes all there, ${model.doubtful} in doubt, ` +
      `${importsPromised} imports of which ${importsInterrupted} were seen interrupted, ${segments.length} segments exact`,
  );
});

async function runAndKill(round: number): Promise<void> {
  await setFault(client, destination, random.pick(["none", "unavailable", "rate_limited", "lost_response"]), 1);
  const writers = Array.from({ length: WRITERS }, (_, n) =>
    writeUntilGone(client, dataset, model, n, new Random(seed + round * 100 + n)),
  );
  const life = random.below(random.pick(LIVES_MS));
  const importing = lanes.map(async (each) => {
    if (!(await send(client, each.lane, round))) return;
    each.promised = round;
    importsPromised++;
  });
  const editing = random.below(3) === 0 ? editFollowed(random.below(100)) : Promise.resolve();
  await Promise.race([new Promise((resolve) => setTimeout(resolve, life)), ...writers]);
  await host.kill();
  await Promise.all([...writers, ...importing, editing]);
}

async function editFollowed(limit: number): Promise<void> {
  limits.push(limit);
  try {
    await client.patch(`/api/v1/segments/${followed.id}`, { query: only("v", "greater_or_equal", limit) });
    limits = [limit];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

async function recordsAreAsPromised(): Promise<void> {
  const held = new Map((await allRecords(client, dataset)).map(({ key, data }) => [key, data]));
  const wrong = model
    .keys()
    .map((key) => model.settle(key, held.get(key)))
    .filter((each) => each !== null);
  expect(wrong, `seed ${seed}`).toEqual([]);
  const written = [...held].filter(([key]) => key.startsWith("w"));
  expect(
    written.filter(([, data]) => data.v !== data.w),
    "rows written by half",
  ).toEqual([]);
  expect(new Set(written.map(([key]) => key)), "rows nobody wrote").toEqual(
    new Set(model.records().map(({ id }: Data) => id)),
  );
}

const matching = (): Data[] => model.records().filter(({ v }) => Number(v) >= Number(limits[0]));

async function segmentsAreExact(): Promise<void> {
  const { value } = (await getSegment(client, followed.id)).query.rules[0] as Rule;
  expect(limits, "an acknowledged edit holds").toContain(value);
  limits = [Number(value)];
  for (const segment of segments) {
    const { member_count } = await untilLive(client, segment.id);
    expect(await verify(client, segment.id)).toMatchObject({ missing: [], extra: [] });
    expect((await memberKeys(client, segment.id)).length).toBe(member_count);
  }
  expect(await memberKeys(client, followed.id)).toEqual(
    matching()
      .map(({ id }) => String(id))
      .sort(),
  );
}

async function audienceEndsExact(): Promise<void> {
  await setFault(client, destination, "none");
  await audienceBecomes(
    client,
    destination,
    followed.id,
    matching().map(({ email }) => String(email)),
  );
  await eventually("the sync is in step", async () => (await getSync(client, sync)).status === "in_sync");
  expect((await getSync(client, sync)).audience_size).toBe((await memberHashes(client, followed.id)).length);
}
