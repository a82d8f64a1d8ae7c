import { expect, test } from "vitest";
import { Clock, ObjectHost } from "../deliver/testing/object-host.ts";
import { unwrap } from "../platform/problem.ts";
import { ShardObject } from "./shard.ts";

const F = Array.from({ length: 200 }, (_, id) => ({ id, name: `f${id}`, type: "text" as const }));
function world() {
  const clock = new Clock();
  const catalogue = {
    dataset_id: "ds_1",
    workspace_id: "w",
    version: 1,
    time_zone: "UTC",
    shard_count: 1,
    fields: F,
    segments: [],
  };
  return new ObjectHost(
    "ds_1/0",
    clock,
    (s) =>
      new ShardObject(s, {
        now: clock.now,
        columnBytes: 1e8,
        loadCatalogue: async () => catalogue,
        announce: async () => {},
      }),
  );
}
const up = (h: ReturnType<typeof world>, rows: any) => h.object.apply({ version: 1, mode: "upsert", rows });
test("wide update", async () => {
  const h = world();
  const keys = Array.from({ length: 5000 }, (_, i) => `k${i}`);
  unwrap(await up(h, { keys, fields: [0], cells: keys }));
  unwrap(
    await up(h, { keys, fields: F.map((f) => f.id).slice(1), cells: keys.flatMap(() => F.slice(1).map(() => "x")) }),
  );
});
test("large row", async () => {
  const h = world();
  const r = await up(h, [
    {
      key: "a",
      cells: [
        [0, "a"],
        [1, "漢".repeat(900_000)],
      ],
    },
  ]);
  console.log(r);
});
test("quotes row", async () => {
  const h = world();
  const r = await up(h, [
    {
      key: "a",
      cells: [
        [0, "a"],
        [1, '"'.repeat(499_000)],
      ],
    },
  ]);
  console.log(r);
});
for (const [n, key] of [
  ["nul", "a\u0000b"],
  ["lone", "\ud800x"],
] as const)
  test("key " + n, async () => {
    const h = world();
    for (let i = 0; i < 2; i++) console.log(await up(h, [{ key, cells: [[0, key]] }]));
    console.log(unwrap(await h.object.get({ version: 1, key })));
  });
