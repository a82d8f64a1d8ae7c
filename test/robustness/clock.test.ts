/** Random queries that follow the clock, and a program that is stopped and started again days later. Reproduce with CUTTY_SEED. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client, signIn } from "../blackbox/client.ts";
import { programClock } from "../blackbox/clock.ts";
import { preview, verify } from "../blackbox/nouns.ts";
import { names } from "../blackbox/oracle/shop.ts";
import { seed } from "../blackbox/seed.ts";
import {
  addSegment,
  applyEdit,
  baseOf,
  expectAllExact,
  fillShop,
  openShop,
  type Shop,
  sampleQueries,
  shopEdit,
  wantedKeys,
} from "../blackbox/shop.ts";
import { type NodeProcess, startNode } from "../hosts/node.ts";

const admin = { CUTTY_ADMIN_EMAIL: "admin@example.com", CUTTY_ADMIN_PASSWORD: "a password for the clock" };
const zone = "Europe/Berlin";
/** Noon of the days of each start: the hour that summer time skips, month and year ends between them. */
const days = ["2024-03-29", "2024-03-31", "2024-04-01", "2024-04-30", "2024-12-31", "2025-01-01", "2025-02-28"];
const PER_DATASET = 10;
const EDITS = 10;

let dataDir: string;
let host: NodeProcess;
let shop: Shop;

async function startOn(day: string): Promise<Client> {
  const env = { ...admin, CUTTY_CLOCK: `${day}T12:00:00Z`, CUTTY_TIME_ZONE: zone };
  host = await startNode({ dataDir, env });
  const client = new Client(host.url);
  client.cookie = (await signIn(host.url, admin.CUTTY_ADMIN_EMAIL, admin.CUTTY_ADMIN_PASSWORD)).cookie;
  return client;
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "cutty-clock-"));
});

afterAll(async () => {
  await host.close();
  await rm(dataDir, { recursive: true, force: true });
});

test("S72 after each jump of the clock members, counts and previews are those of the new day, with and without edits", {
  timeout: 240_000,
}, async () => {
  const client = await startOn(days[0] ?? "");
  shop = await openShop(client, zone, await programClock(client));
  await fillShop(shop, seed);
  for (const [n, name] of [...names, ...names].entries())
    for (const query of sampleQueries(shop, name, seed + n, PER_DATASET / 2)) await addSegment(shop, name, query);
  let moved = 0;
  for (const [n, day] of days.slice(1).entries()) {
    const before = allWanted();
    expect(await host.close()).toBe(0);
    shop.owner = await startOn(day);
    shop.clock = await programClock(shop.owner);
    if (allWanted() !== before) moved++;
    await expectAllExact(shop, (read, wanted, told) => expect(read, `${day} ${told}`).toEqual(wanted));
    for (const edit of fc.sample(shopEdit(baseOf(shop)), { seed: seed + n, numRuns: EDITS }))
      await applyEdit(shop, edit);
    await expectAllExact(shop, (read, wanted, told) => expect(read, `${day} ${told}`).toEqual(wanted));
    for (const name of names)
      for (const [id, query] of Object.entries(shop.segments[name])) {
        expect((await preview(shop.owner, shop.ids[name], query)).count).toBe(wantedKeys(shop, name, query).length);
        expect(await verify(shop.owner, id), JSON.stringify(query)).toMatchObject({ missing: [], extra: [] });
      }
  }
  // Which jumps do hangs on the segments that chance made.
  expect(moved, "jumps that moved members").toBeGreaterThan(1);
});

const allWanted = (): string =>
  JSON.stringify(names.map((name) => Object.values(shop.segments[name]).map((query) => wantedKeys(shop, name, query))));
