import { expect, test } from "vitest";
import { hash, SyncWorld } from "../../testing/sync-world.ts";

test("first members arrive", async () => {
  const world = new SyncWorld();
  for (let i = 0; i < 10; i++) world.shards.write(`k${i}`, i % 2 === 0, ` Person${i}@Example.com `);
  await world.start();
  expect(await world.audience()).toEqual(await world.wanted());
  expect(await world.audience()).toContain(await hash("person2@example.com"));
  expect(await world.sync.object.state()).toMatchObject({ status: "in_sync", audience_size: 5, waiting: 0 });
  expect((await world.sync.object.runs({ cursor: null, limit: 10 })).data).toMatchObject([
    { status: "succeeded", added: 5 },
  ]);
});
