/**
 * `kill -9` at random moments during updates, imports and a sync. After each restart every acknowledged
 * write is there, no row is there by half, interrupted imports end by themselves with exact counts, and
 * no segment differs from a recomputation. `CUTTY_KILLS` says how often, `CUTTY_SEED` repeats a run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audienceBecomes, createSandbox, createSync, getSync, memberHashes } from "../blackbox/audiences.ts";
import { Client, signIn } from "../blackbox/client.ts";
import { eventually } from "../blackbox/eventually.ts";
import {
  allPages,
  allRecords,
  countOf,
  createDataset,
  createSegment,
  importFile,
  memberKeys,
  only,
  settled,
  startImport,
  untilLive,
  verify,
} from "../blackbox/nouns.ts";
import { seed } from "../blackbox/seed.ts";
import type { Data, Import, Segment } from "../blackbox/wire.ts";
import { type NodeProcess, startNode } from "../hosts/node.ts";
import { Model } from "./model.ts";
import { Random } from "./random.ts";
import { writeUntilGone } from "./workload.ts";

const KILLS = Number(process.env.CUTTY_KILLS ?? 5);
const WRITERS = 3;
const IMPORT_ROWS = 20_000;
const LONGEST_LIFE_MS = 1_500;
const admin = { CUTTY_ADMIN_EMAIL: "admin@example.com", CUTTY_ADMIN_PASSWORD: "a password for the crash test" };

const random = new Random(seed);
const model = new Model();
const imports = { promised: [] as { id: string; round: number }[], interrupted: 0 };
let dataDir: string;
let host: NodeProcess;
let client: Client;
let dataset: string;
let destination: string;
let sync: string;
let segments: Segment[];
let followed: Segment;
/** The highest round whose import was acknowledged; a later one that was not may have happened too. */
let lastImport = 0;

/** Every import sets `round` on the same keys: exact counts are known whatever came before. */
const importText = (round: number): string =>
  `id,round\n${Array.from({ length: IMPORT_ROWS }, (_, n) => `i${n},${round}\n`).join("")}`;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "cutty-kill-"));
  host = await startNode({ dataDir, env: admin });
  client = await signIn(host.url, admin.CUTTY_ADMIN_EMAIL, admin.CUTTY_ADMIN_PASSWORD);
  const numbers = ["v", "w", "round"].map((name) => ({ name, type: "number" as const }));
  const texts = ["id", "email"].map((name) => ({ name, type: "text" as const }));
  dataset = (await createDataset(client, { key: "id", fields: [...texts, ...numbers] })).id;
  expect(await importFile(client, dataset, importText(0))).toMatchObject({ status: "done", added: IMPORT_ROWS });
  followed = await createSegment(client, dataset, only("v", "greater_or_equal", 50));
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
    imports.interrupted += (await importsOf()).filter(({ status }) => status !== "done").length;
    await recordsAreAsPromised();
    await importsEndByThemselves();
    await segmentsAreExact();
  }
  await audienceEndsExact();
  console.log(
    `kill: seed ${seed}, ${KILLS} kills, ${model.acknowledged} acknowledged writes all there, ${model.doubtful} in doubt, ` +
      `${imports.promised.length} imports of which ${imports.interrupted} were interrupted, ${segments.length} segments exact`,
  );
});

async function runAndKill(round: number): Promise<void> {
  const writers = Array.from({ length: WRITERS }, (_, n) =>
    writeUntilGone(client, dataset, model, n, new Random(seed + round * 100 + n)),
  );
  const importing = startImport(client, dataset, importText(round)).then(
    ({ id }) => void imports.promised.push({ id, round }),
    (error: unknown) => {
      if (!(error instanceof TypeError)) throw error;
    },
  );
  const life = random.below(LONGEST_LIFE_MS);
  await Promise.race([new Promise((resolve) => setTimeout(resolve, life)), ...writers]);
  await host.kill();
  await Promise.all([...writers, importing]);
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

const importsOf = (): Promise<Import[]> => allPages(client, `/api/v1/datasets/${dataset}/imports`, 1_000);

async function importsEndByThemselves(): Promise<void> {
  const data = await importsOf();
  for (const { id } of data) {
    const done = await settled(client, id);
    expect(done, JSON.stringify(done)).toMatchObject({
      status: "done",
      rows_read: IMPORT_ROWS,
      rejected: 0,
      removed: 0,
    });
    expect(done.added + done.updated + done.unchanged).toBe(IMPORT_ROWS);
  }
  const promised = imports.promised.at(-1);
  if (promised) expect(data.map(({ id }) => id)).toContain(promised.id);
  lastImport = Math.max(lastImport, promised?.round ?? 0);
  const rounds = await Promise.all(
    Array.from({ length: KILLS - lastImport + 1 }, (_, n) =>
      countOf(client, dataset, only("round", "equals", lastImport + n)),
    ),
  );
  expect(
    rounds.filter((count) => count > 0),
    "every row is of one import, the last",
  ).toEqual([IMPORT_ROWS]);
}

async function segmentsAreExact(): Promise<void> {
  for (const segment of segments) {
    const { member_count } = await untilLive(client, segment.id);
    expect(await verify(client, segment.id)).toMatchObject({ missing: [], extra: [] });
    expect((await memberKeys(client, segment.id)).length).toBe(member_count);
  }
  const wanted = model
    .records()
    .filter(({ v }) => Number(v) >= 50)
    .map(({ id }) => String(id))
    .sort();
  expect(await memberKeys(client, followed.id)).toEqual(wanted);
}

async function audienceEndsExact(): Promise<void> {
  const emails = model
    .records()
    .filter(({ v }) => Number(v) >= 50)
    .map(({ email }) => String(email));
  await audienceBecomes(client, destination, followed.id, emails);
  await eventually("the sync is in step", async () => (await getSync(client, sync)).status === "in_sync");
  expect((await getSync(client, sync)).audience_size).toBe((await memberHashes(client, followed.id)).length);
}
