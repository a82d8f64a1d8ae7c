import fc from "fast-check";
import { expect, test } from "vitest";
import { hash128 } from "./row-hash.ts";
import { ImportWorld, SHARDS } from "./testing.ts";

const CUSTOMERS = "id,state,spend\n1,CA,10\n2,NY,20.50\n3,,x\n";

test("I2 I9 I12 rows, types and counts of a first import", async () => {
  const world = new ImportWorld("id");
  const state = await world.run("imp_1", CUSTOMERS);
  expect(state).toMatchObject({ status: "done", rows_read: 3, added: 3, rejected: 0, progress: 1, error: null });
  expect(world.catalogue.fields.map(({ name, type }) => [name, type])).toEqual([
    ["id", "number"],
    ["state", "text"],
    ["spend", "text"],
  ]);
  expect(world.finished.map(({ id, status }) => [id, status])).toEqual([["imp_1", "done"]]);
});

test("I4 importing the same file again changes nothing and says so", async () => {
  const world = new ImportWorld("id");
  await world.run("imp_1", CUSTOMERS);
  expect(await world.run("imp_2", CUSTOMERS)).toMatchObject({ added: 0, updated: 0, unchanged: 3, removed: 0 });
});

test("I1 imports run in the order in which they were accepted", async () => {
  const world = new ImportWorld("id");
  await world.enqueue("imp_1", "id,state\n1,first\n");
  await world.enqueue("imp_2", "id,state\n1,second\n");
  await world.settle();
  expect((await world.records()).get("1")).toMatchObject({ state: "second" });
  expect(world.finished.map(({ id }) => id)).toEqual(["imp_1", "imp_2"]);
});

test("I5 replace removes what the file lacks", async () => {
  const world = new ImportWorld("id");
  await world.run("imp_1", "id,n\n1,1\n2,2\n3,3\n4,4\n");
  expect(await world.run("imp_2", "id,n\n1,1\n2,5\n3,3\n9,9\n", "replace")).toMatchObject({
    added: 1,
    updated: 1,
    unchanged: 2,
    removed: 1,
  });
  expect([...(await world.records()).keys()].sort()).toEqual(["1", "2", "3", "9"]);
});

test("I6 a replace that would remove more than 30 % needs to be confirmed", async () => {
  const world = new ImportWorld("id");
  await world.run("imp_1", "id,n\n1,1\n2,2\n3,3\n");
  const refused = await world.run("imp_2", "id,n\n1,7\n", "replace");
  expect(refused).toMatchObject({ status: "failed", removed: 0, error: { code: "removal_needs_confirmation" } });
  expect((await world.records()).size).toBe(3);
  expect(await world.run("imp_3", "id,n\n1,7\n", "replace", true)).toMatchObject({ status: "done", removed: 2 });
});

test("I7 I12 a row without a key is rejected with its line and text; the others go in", async () => {
  const world = new ImportWorld("id");
  const state = await world.run("imp_1", "id,n\n1,1\n ,2\n3,3\n4,4,surplus\n");
  expect(state).toMatchObject({ rows_read: 4, added: 2, rejected: 2 });
  const page = await world.importer.object.rejects({ import_id: "imp_1", after: 0, limit: 10 });
  expect(page.rows.map(({ line, code, row }) => [line, code, row])).toEqual([
    [3, "blank_key", " ,2"],
    [5, "too_many_cells", "4,4,surplus"],
  ]);
});

test("I8 a file without the key column ends before any row is written", async () => {
  const world = new ImportWorld("id");
  const state = await world.run("imp_1", "name,n\na,1\n");
  expect(state).toMatchObject({ status: "failed", rows_read: 0, error: { code: "key_column_missing" } });
  expect(world.catalogue.fields).toEqual([]);
  expect((await world.records()).size).toBe(0);
});

test("I10 rows without a key are named by their content", async () => {
  const world = new ImportWorld(null);
  const csv = "a,b\n1,x\n1,x\n2,y\n1,x\n";
  expect(await world.run("imp_1", csv)).toMatchObject({ added: 4 });
  expect(await world.run("imp_2", csv)).toMatchObject({ added: 0, unchanged: 4 });
  expect(await world.run("imp_3", "a,b\n1,x\n2,y\n1,x\n", "replace")).toMatchObject({
    added: 0,
    unchanged: 3,
    removed: 1,
  });
});

test("I11 I5 a cancelled import removes nothing and stays cancelled", async () => {
  const world = new ImportWorld("id");
  await world.run("imp_1", CUSTOMERS);
  await world.enqueue("imp_2", "id,state\n1,CA\n", "replace", true);
  await world.importer.object.cancel({ import_id: "imp_2" });
  await world.settle();
  expect(await world.importer.object.state({ import_id: "imp_2" })).toMatchObject({ status: "cancelled", removed: 0 });
  expect((await world.records()).size).toBe(3);
});

test("I14 an import that removes already is not cancelled any more", async () => {
  const world = new ImportWorld("id");
  await world.run("imp_1", "id,n\n1,1\n2,2\n3,3\n4,4\n");
  world.fault = (call) => {
    if (call === "before removeUnseen") void world.importer.object.cancel({ import_id: "imp_2" });
  };
  const state = await world.run("imp_2", "id,n\n1,1\n2,2\n3,3\n", "replace");
  expect(state).toMatchObject({ status: "done", removed: 1 });
  expect([...(await world.records()).keys()].sort()).toEqual(["1", "2", "3"]);
});

test("I23 short rows are written some ten thousand at a time, however many a block of bytes could hold", async () => {
  const world = new ImportWorld("id");
  world.blockBytes = 4_000_000;
  let calls = 0;
  world.fault = (call) => {
    if (call === "before apply") calls++;
  };
  const rows = 130_000;
  const file = `id\n${Array.from({ length: rows }, (_, n) => `k${n}\n`).join("")}`;
  expect(file.length).toBeLessThan(world.blockBytes);
  expect(await world.run("imp_1", file)).toMatchObject({ status: "done", added: rows });
  const blocks = calls / SHARDS;
  expect(blocks).toBeGreaterThanOrEqual(4);
  expect(blocks).toBeLessThanOrEqual(5);
});

test("I15 faults end an import only when one step meets them again and again", async () => {
  const world = new ImportWorld("id");
  const csv = csvOf(Array.from({ length: 60_000 }, (_, n) => [n, "x"] as const));
  let calls = 0;
  world.fault = (call) => {
    if (call !== "publish" && ++calls % 7 === 0) throw new Error("away");
  };
  expect(await world.run("imp_1", csv)).toMatchObject({ status: "done", added: 60_000 });
  expect(world.faults.length).toBeGreaterThan(8);
  world.fault = (call) => {
    if (call.endsWith("apply")) throw new Error("away");
  };
  expect(await world.run("imp_2", csv)).toMatchObject({ status: "failed", error: { code: "import_fault" } });
  expect(world.finished.map(({ id, status }) => [id, status])).toEqual([
    ["imp_1", "done"],
    ["imp_2", "failed"],
  ]);
});

test("I16 open pages hear the end after a crash, too", async () => {
  const world = new ImportWorld("id");
  let crashes = 0;
  world.fault = (call) => {
    if (call !== "publish" || crashes === 3) return;
    crashes++;
    world.importer.crash();
    throw new Error("crash");
  };
  await world.run("imp_1", CUSTOMERS);
  expect(crashes).toBe(3);
  expect(world.published.at(-1)).toMatchObject({ id: "imp_1", status: "done", added: 3 });
});

test("I13 the hash that names a row without a key never changes", () => {
  expect(hash128("")).toBe("4ae9e659bb4fde198bd36391b762ff33");
  expect(hash128('[[0,"a"]]')).toBe("0facc1a14502ad240875208f7249cd6f");
  const hashes = new Set(Array.from({ length: 50_000 }, (_, i) => hash128(`[[0,${i}],[1,"x"]]`)));
  expect(hashes.size).toBe(50_000);
});

test("I2 I3 crashes at any step lose nothing and count nothing twice", async () => {
  let crashes = 0;
  const row = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom("a", "b", ""));
  const file = fc.array(row, { minLength: 1, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(
      file,
      file,
      fc.array(fc.nat(12), { maxLength: 5 }),
      fc.boolean(),
      async (first, second, faults, replace) => {
        const calm = new ImportWorld("id");
        const rough = new ImportWorld("id");
        const pending = [...faults];
        let calls = 0;
        rough.fault = () => {
          if (calls++ !== pending[0]) return;
          pending.shift();
          calls = 0;
          crashes++;
          rough.importer.crash();
          for (const shard of rough.shards) shard.crash();
          throw new Error("crash");
        };
        for (const world of [calm, rough]) await world.run("imp_1", csvOf(first));
        for (const world of [calm, rough])
          await world.run("imp_2", csvOf(second), replace ? "replace" : "upsert", true);
        expect(await rough.records()).toEqual(await calm.records());
        for (const id of ["imp_1", "imp_2"]) {
          const state = await rough.importer.object.state({ import_id: id });
          const { added, updated, unchanged, removed, rejected, rows_read } = (await calm.importer.object.state({
            import_id: id,
          }))!;
          expect(state).toMatchObject({ status: "done", added, updated, unchanged, removed, rejected, rows_read });
          expect(added + updated + unchanged + rejected).toBe(rows_read);
        }
      },
    ),
    { numRuns: 100 },
  );
  expect(crashes).toBeGreaterThan(50);
});

function csvOf(rows: readonly (readonly [number, string])[]): string {
  return `id,value\n${rows.map(([id, value]) => `${id},${value}`).join("\n")}\n`;
}
