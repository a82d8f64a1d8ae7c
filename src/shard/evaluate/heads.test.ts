import fc from "fast-check";
import { expect, test } from "vitest";
import { Clock } from "../../deliver/testing/object-host.ts";
import { unwrap } from "../../platform/problem.ts";
import type { Catalogue } from "../interface.ts";
import { shardAlone } from "../related/testing.ts";
import { Heads } from "./heads.ts";

test("S52 what is remembered of a border is what a look at all values finds, wherever the border moves", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("ask" as const), chunk: fc.nat(2), value: fc.nat(50) }),
    fc.record({ do: fc.constant("come" as const), chunk: fc.nat(2), value: fc.nat(50) }),
    fc.record({ do: fc.constant("go" as const), chunk: fc.nat(2) }),
    fc.record({ do: fc.constant("bulk" as const), chunk: fc.nat(2), value: fc.nat(50) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (script) => {
      const heads = new Heads();
      const values: number[][] = [[], [], []];
      const gone: number[][] = [[], [], []];
      const least = (all: readonly number[], value: number) => Math.min(...all.filter((one) => one > value), Infinity);
      for (const one of script) {
        const chunk = values[one.chunk] as number[];
        if (one.do === "come") {
          chunk.push(one.value);
          heads.came(7, one.chunk, one.value);
        } else if (one.do === "bulk") {
          chunk.push(one.value);
          heads.forget(one.chunk);
        } else if (one.do === "go") gone[one.chunk]?.push(...chunk.splice(0, 1));
        else {
          const find = (at: number, value: number) => {
            const found = least(values[at] as number[], value);
            return found === Infinity ? null : found;
          };
          const head = heads.border(7, "b").above(one.chunk, one.value, find);
          const now = least(chunk, one.value);
          // A value that went may still be named: the border finds out when it is there.
          if (head !== now) expect(head < now && gone[one.chunk]?.includes(head)).toBe(true);
        }
      }
    }),
  );
});

test("S52 rows that come in bulk leave a window in time, though the window was looked after before", async () => {
  const clock = new Clock();
  const catalogue: Catalogue = {
    ...{ dataset_id: "ds_1", workspace_id: "ws_1", version: 1, time_zone: "UTC", shard_count: 1, relations: [] },
    fields: [
      { id: 0, name: "key", type: "text" },
      { id: 1, name: "at", type: "datetime" },
    ],
    segments: [
      {
        ...{ id: "seg", version: 1 },
        query: {
          combinator: "and",
          rules: [{ field: 1, operator: "in_last", value: { n: 1, unit: "hour" } }],
        },
      },
    ],
  };
  const host = shardAlone(clock, () => catalogue);
  const members = async () => {
    const request = { version: 1, segment_id: "seg", after: -1, limit: 1_000 };
    return unwrap(await host.object.members(request)).records.length;
  };
  let batch = 0;
  /** As an import sends them. */
  const add = async (keys: string[]) => {
    const at = new Date(clock.now()).toISOString();
    const cells = keys.flatMap((key) => [key, at]);
    let end = -1;
    const rows = {
      ...{ rows: keys.length, key: 0, time_zone: "UTC", bytes: new TextEncoder().encode(`${cells.join(",")},`) },
      ends: Uint32Array.from(cells, (cell) => (end += cell.length + 1)),
      columns: [
        { id: 0, type: "text" as const, format: null },
        { id: 1, type: "datetime" as const, format: null },
      ],
    };
    const source = { id: "imp_1", batch: batch++, remember_seen: false, assign_occurrence: false };
    const answer = await host.object.apply({ version: 1, mode: "append", rows, import: source });
    expect(unwrap(answer)).toMatchObject({ added: keys.length });
  };
  await add(["first"]);
  expect(await members()).toBe(1);
  clock.advance(3_601_000);
  expect(await members()).toBe(0);
  await add(Array.from({ length: 200 }, (_, n) => `bulk ${n}`));
  expect(await members()).toBe(200);
  clock.advance(3_599_000);
  expect(await members()).toBe(200);
  clock.advance(2_000);
  expect(await members()).toBe(0);
});
