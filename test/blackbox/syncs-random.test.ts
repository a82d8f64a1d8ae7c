/** Random changes to the data under random faults of the platform: whatever happens, the audience ends exact. */
import { expect, test } from "vitest";
import { Random } from "../robustness/random.ts";
import { audienceBecomes, createSandbox, createSync, getSync, setFault } from "./audiences.ts";
import type { Client } from "./client.ts";
import { eventually } from "./eventually.ts";
import { createDataset, createSegment, only, recordPath, upsert } from "./nouns.ts";
import { seed } from "./seed.ts";
import { openWorkspace } from "./workspace.ts";

const STEPS = 120;
const KEYS = 60;
const faults = ["unavailable", "rate_limited", "lost_response"];

interface Person {
  id: string;
  email: string | null;
  n: number;
}

/** Few addresses for many people, so that they are shared, exchanged and given up. */
const person = (random: Random): Person => ({
  id: `k${random.below(KEYS)}`,
  email: random.below(8) === 0 ? null : `shared${random.below(KEYS / 2)}@example.com`,
  n: random.below(10),
});

async function change(owner: Client, dataset: string, people: Map<string, Person>, random: Random): Promise<void> {
  if (random.below(5) > 0) {
    const rows = new Map(
      Array.from({ length: 1 + random.below(10) }, () => person(random)).map((row) => [row.id, row]),
    );
    await upsert(owner, dataset, [...rows.values()]);
    for (const [id, row] of rows) people.set(id, row);
    return;
  }
  const gone = random.pick([...people.keys()]);
  if (gone === undefined) return;
  await owner.delete(recordPath(dataset, gone));
  people.delete(gone);
}

test("the audience is exactly the members' addresses after any history", async () => {
  const random = new Random(seed);
  const { owner } = await openWorkspace();
  const { id: dataset } = await createDataset(owner, {
    key: "id",
    fields: [
      { name: "id", type: "text" },
      { name: "email", type: "text" },
      { name: "n", type: "number" },
    ],
  });
  const segment = await createSegment(owner, dataset, only("n", "greater_or_equal", 5));
  const sandbox = await createSandbox(owner);
  const sync = await createSync(owner, segment.id, sandbox.id);
  const people = new Map<string, Person>();
  let limit = 5;
  for (let step = 0; step < STEPS; step++) {
    await change(owner, dataset, people, random);
    if (random.below(6) === 0) await setFault(owner, sandbox.id, random.pick(faults), 1 + random.below(2));
    if (random.below(25) === 0) await owner.post(`/api/v1/syncs/${sync.id}/${random.pick(["pause", "resume"])}`);
    if (random.below(30) === 0) {
      limit = random.below(10);
      await owner.patch(`/api/v1/segments/${segment.id}`, { query: only("n", "greater_or_equal", limit) });
    }
  }
  await setFault(owner, sandbox.id, "none");
  await owner.post(`/api/v1/syncs/${sync.id}/resume`);
  const emails = [...people.values()]
    .filter(({ n, email }) => n >= limit && email !== null)
    .map(({ email }) => String(email));
  expect(emails.length).toBeGreaterThan(0);
  await audienceBecomes(owner, sandbox.id, segment.id, emails, 90_000);
  await eventually("the sync is in step", async () => (await getSync(owner, sync.id)).status === "in_sync", 60_000);
});
