/**
 * Everything at once on one dataset: imports of each mode, writers, edits and removals of segments, a field
 * that changes its name and type. Afterwards every number must agree with every other.
 */
import { expect, test } from "vitest";
import { Random } from "../robustness/random.ts";
import { audienceBecomes, createSandbox, createSync } from "./audiences.ts";
import { type Client, UnexpectedAnswer } from "./client.ts";
import { EventStream } from "./events.ts";
import { eventually } from "./eventually.ts";
import {
  allRecords,
  createDataset,
  createSegment,
  getDataset,
  importFile,
  members,
  only,
  preview,
  recordPath,
  untilLive,
  upsert,
  verify,
} from "./nouns.ts";
import { seed } from "./seed.ts";
import type { Group, Segment } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

const KEYS = 3_000;
const STEPS = 25;
const everyone = { combinator: "and" as const, rules: [] };

const row = (random: Random) => ({
  id: `k${random.below(KEYS)}`,
  n: random.below(100),
  email: `e${random.below(KEYS)}@example.com`,
});

/** What may well be refused while others change the same things; anything else fails the test. */
async function tolerate(attempt: Promise<unknown>): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    if (!(error instanceof UnexpectedAnswer && [404, 409, 412, 422].includes(error.answer.status))) throw error;
  }
}

interface Stage {
  owner: Client;
  dataset: string;
  followed: Segment;
}

const csv = (random: Random, rows: number): string =>
  `id,n,extra${random.below(3)}\n${Array.from({ length: rows }, () => `k${random.below(KEYS)},${random.below(100)},x\n`).join("")}`;

async function write({ owner, dataset }: Stage, random: Random): Promise<void> {
  for (let step = 0; step < STEPS * 3; step++) {
    const change = random.below(10);
    if (change < 6)
      await upsert(
        owner,
        dataset,
        Array.from({ length: 50 }, () => row(random)),
      );
    else if (change < 9)
      await tolerate(owner.patch(recordPath(dataset, row(random).id), { data: { n: random.below(100) } }));
    else await tolerate(owner.delete(recordPath(dataset, row(random).id)));
  }
}

async function load({ owner, dataset }: Stage, random: Random): Promise<void> {
  for (let step = 0; step < STEPS / 5; step++) {
    const mode = random.pick(["upsert", "append", "replace"] as const);
    const done = await importFile(owner, dataset, csv(random, 1_000), { mode, confirm_removal: random.below(2) === 0 });
    expect(["done", "failed"], JSON.stringify(done)).toContain(done.status);
    expect(done.added + done.updated + done.unchanged + done.rejected).toBe(done.rows_read);
  }
}

/** Some name a field that is renamed meanwhile, some one that changes its type. */
function anyQuery(random: Random): Group {
  const about = random.below(4);
  if (about === 0) return only("extra0", "is_empty");
  if (about === 1) return only("extra1", "is_not_empty");
  return only("n", random.pick(["greater_than", "less_than"]), random.below(100));
}

async function edit({ owner, dataset, followed }: Stage, random: Random): Promise<void> {
  const made: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    const query = anyQuery(random);
    const target = random.pick([followed.id, ...made]);
    if (random.below(3) === 0) {
      const body = { dataset_id: dataset, name: `segment-${crypto.randomUUID()}`, query };
      await tolerate(owner.post<Segment>("/api/v1/segments", body).then(({ id }) => made.push(id)));
    } else if (random.below(5) === 0 && target !== followed.id)
      await tolerate(owner.delete(`/api/v1/segments/${target}`));
    else await tolerate(owner.patch(`/api/v1/segments/${target}`, { query }));
  }
}

async function reshape({ owner, dataset }: Stage): Promise<void> {
  const path = `/api/v1/datasets/${dataset}`;
  for (let step = 0; step < STEPS / 5; step++) {
    await tolerate(owner.patch(path, { fields: [{ name: "extra0", new_name: "other" }] }));
    await tolerate(owner.patch(path, { fields: [{ name: "extra1", type: step % 2 ? "text" : "number" }] }));
  }
}

async function expectAgreement({ owner, dataset, followed }: Stage, stream: EventStream): Promise<void> {
  const held = await allRecords(owner, dataset);
  expect(new Set(held.map(({ key }) => key)).size).toBe(held.length);
  expect((await getDataset(owner, dataset)).record_count).toBe(held.length);
  expect((await preview(owner, dataset, everyone, 0)).count).toBe(held.length);
  const { data: segments } = await owner.get<{ data: Segment[] }>("/api/v1/segments", {
    dataset_id: dataset,
    limit: 1_000,
  });
  expect(segments.map(({ id }) => id)).toContain(followed.id);
  for (const { id } of segments) {
    const { member_count, query } = await untilLive(owner, id);
    expect((await preview(owner, dataset, query, 0)).count).toBe(member_count);
    expect(await members(owner, id)).toHaveLength(member_count);
    expect(await verify(owner, id)).toMatchObject({ checked: held.length, missing: [], extra: [] });
    await eventually(`the page hears that ${id} has ${member_count}`, async () => {
      const last = stream.events.findLast(({ event, data }) => event === "segment" && data.segment_id === id);
      return last?.data.member_count === member_count;
    });
  }
  const emails = (await members(owner, followed.id))
    .map(({ fields }) => fields.email)
    .filter((email) => typeof email === "string");
  const { data: syncs } = await owner.get<{ data: { destination_id: string }[] }>("/api/v1/syncs", {
    segment_id: followed.id,
  });
  await audienceBecomes(owner, syncs[0]?.destination_id ?? "", followed.id, emails);
}

test("imports, writers, edits and changed fields at the same time leave every number in agreement", async () => {
  const { owner } = await openWorkspace();
  const texts = ["id", "email", "extra0", "extra1", "extra2"].map((name) => ({ name, type: "text" as const }));
  const { id: dataset } = await createDataset(owner, { key: "id", fields: [...texts, { name: "n", type: "number" }] });
  await upsert(
    owner,
    dataset,
    Array.from({ length: KEYS / 2 }, (_, n) => ({ id: `k${n}`, n: n % 100, email: `e${n}@example.com` })),
  );
  const followed = await createSegment(owner, dataset, only("n", "less_than", 20));
  await createSync(owner, followed.id, (await createSandbox(owner)).id);
  const stage: Stage = { owner, dataset, followed };
  const stream = await EventStream.open(owner);
  const random = (n: number) => new Random(seed + n);
  await Promise.all([
    write(stage, random(1)),
    write(stage, random(2)),
    load(stage, random(3)),
    load(stage, random(4)),
    edit(stage, random(5)),
    reshape(stage),
  ]);
  await expectAgreement(stage, stream);
  stream.close();
});
