/** Stops and kills in the midst of relations, computations and edits of related rows: everything goes on and is exact. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client, signIn } from "../blackbox/client.ts";
import { eventually, eventuallyEquals } from "../blackbox/eventually.ts";
import {
  createDataset,
  createSegment,
  getSegment,
  importFile,
  memberKeys,
  preview,
  untilLive,
  upsert,
  verify,
} from "../blackbox/nouns.ts";
import { names } from "../blackbox/oracle/shop.ts";
import { seed } from "../blackbox/seed.ts";
import {
  addSegment,
  applyEdit,
  baseOf,
  fillShop,
  openShop,
  quietZone,
  sampleQueries,
  shopEdit,
  wantedKeys,
} from "../blackbox/shop.ts";
import type { Group, Segment } from "../blackbox/wire.ts";
import { type NodeProcess, startNode } from "../hosts/node.ts";

const zone = quietZone();
const admin = {
  CUTTY_ADMIN_EMAIL: "admin@example.com",
  CUTTY_ADMIN_PASSWORD: "a password for the restart",
  CUTTY_TIME_ZONE: zone,
};
const KILLS = 4;
let dataDir: string;
let host: NodeProcess;
let client: Client;

async function start(cookie: string | null): Promise<void> {
  host = await startNode({ dataDir, env: admin });
  client = new Client(host.url);
  client.cookie = cookie;
}

async function killAndStart(): Promise<void> {
  await host.kill();
  await start(client.cookie);
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "cutty-language-"));
  await start(null);
  ({ cookie: client.cookie } = await signIn(host.url, admin.CUTTY_ADMIN_EMAIL, admin.CUTTY_ADMIN_PASSWORD));
});

afterAll(async () => {
  await host.close();
  await rm(dataDir, { recursive: true, force: true });
});

const anyPurchase: Group = { combinator: "and", rules: [{ related: "purchases", quantifier: "at_least", n: 2 }] };

test("a relation that was being built, and a segment that was computing, at a kill are complete after the next start", async () => {
  const text = (name: string) => ({ name, type: "text" as const });
  const customers = (await createDataset(client, { key: "id", fields: [text("id")] })).id;
  const purchases = (await createDataset(client, { key: "id", fields: [text("id"), text("customer")] })).id;
  await upsert(
    client,
    customers,
    Array.from({ length: 1_000 }, (_, n) => ({ id: `c${n}` })),
  );
  const lines = Array.from({ length: 60_000 }, (_, n) => `p${n},c${n % 900}\n`);
  await importFile(client, purchases, `id,customer\n${lines.join("")}`);
  const relation = { name: "buyer", field: "customer", dataset_id: customers, reverse_name: "purchases" };
  await client.patch(`/api/v1/datasets/${purchases}`, { relations: [relation] });
  await killAndStart();
  const { count } = await eventually("the relation is built", async () => {
    const json = { dataset_id: customers, query: anyPurchase };
    const answer = await client.send<{ count: number }>("POST", "/api/v1/segments/preview", { json });
    expect([200, 409]).toContain(answer.status);
    return answer.status === 200 && answer.body;
  });
  expect(count).toBe(900);
  const body = { dataset_id: customers, name: "buyers", query: anyPurchase };
  const made = await client.post<Segment>("/api/v1/segments", body);
  await killAndStart();
  expect((await untilLive(client, made.id)).member_count).toBe(900);
  expect(await verify(client, made.id)).toMatchObject({ checked: 1_000, missing: [], extra: [] });
});

test("R4 kills between and during writes of related rows lose nothing that was acknowledged, on either side", {
  timeout: 240_000,
}, async () => {
  const shop = await openShop(client, zone);
  await fillShop(shop, seed);
  for (const name of [...names, ...names])
    for (const query of sampleQueries(shop, name, seed, 4)) await addSegment(shop, name, query);
  for (let n = 0; n < KILLS; n++) {
    for (const edit of fc.sample(shopEdit(baseOf(shop)), { seed: seed + n, numRuns: 10 })) await applyEdit(shop, edit);
    // A write on its way when the process dies may be there or not; the same write again settles it.
    const rows = [{ id: "p1", customer: `c${n}`, store: "s1", amount: n, seq: n }];
    const cut = upsert(client, shop.ids.purchases, rows).catch(() => null);
    await killAndStart();
    await cut;
    shop.owner = client;
    await upsert(client, shop.ids.purchases, rows);
    shop.tables.purchases.set("p1", { ...shop.tables.purchases.get("p1"), ...rows[0] });
    for (const name of names)
      for (const [id, query] of Object.entries(shop.segments[name])) {
        await eventuallyEquals(
          JSON.stringify(query),
          () => memberKeys(client, id),
          wantedKeys(shop, name, query),
          5_000,
        );
        expect(await verify(client, id)).toMatchObject({ missing: [], extra: [] });
      }
  }
});

test("versions, and the query that was edited last, outlive a kill", async () => {
  const { id } = await createDataset(client, { key: "id" });
  await upsert(client, id, [
    { id: "a", n: 1 },
    { id: "b", n: 2 },
  ]);
  const equals = (value: number): Group => ({ combinator: "and", rules: [{ field: "n", operator: "equals", value }] });
  const segment = await createSegment(client, id, equals(1));
  await client.patch(`/api/v1/segments/${segment.id}`, { query: equals(2) });
  await killAndStart();
  await untilLive(client, segment.id, 2);
  expect(await memberKeys(client, segment.id)).toEqual(["b"]);
  await client.post(`/api/v1/segments/${segment.id}/versions/1/restore`);
  await killAndStart();
  await untilLive(client, segment.id, 3);
  expect(await memberKeys(client, segment.id)).toEqual(["a"]);
  expect((await getSegment(client, segment.id)).member_count).toBe(1);
  expect((await preview(client, id, equals(1))).count).toBe(1);
});
