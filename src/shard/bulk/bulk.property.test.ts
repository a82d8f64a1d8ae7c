/**
 * The same rows to two shards: to one as a table of texts, packed and judged by column; to the other as cells, row by
 * row. Both answer the same and hold the same records, memberships and log, whatever was there before.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Clock } from "../../deliver/testing/object-host.ts";
import { type Cell, type Field, packedCells, packTable, type Query, type TextTable } from "../../engine/index.ts";
import { unwrap } from "../../platform/problem.ts";
import type { ApplyAnswer, Catalogue, WriteMode } from "../interface.ts";
import { shardAlone } from "../related/testing.ts";

const FIELDS: Field[] = [
  { id: 0, name: "id", type: "text" },
  { id: 1, name: "colour", type: "text" },
  { id: 3, name: "size", type: "number" },
  { id: 4, name: "day", type: "date" },
  { id: 5, name: "on", type: "boolean" },
];
const is = (field: number, operator: string, value?: unknown) =>
  ({ field, operator, ...(value === undefined ? {} : { value }) }) as Query["rules"][number];
const QUERIES: Record<string, Query> = {
  red: { combinator: "and", rules: [is(1, "equals", "RED")] },
  letter: { combinator: "or", rules: [is(1, "contains", "e"), is(3, "greater_than", 5)] },
  empty: { combinator: "and", rules: [is(3, "is_empty"), is(5, "is_true")] },
  recent: { combinator: "and", rules: [is(4, "in_last", { count: 30, unit: "day" })] },
  none: { combinator: "and", not: true, rules: [is(1, "is_not_empty")] },
  missing: { combinator: "and", rules: [is(4, "after", "2024-01-01")] },
};

const values = [
  fc.integer({ min: 0, max: 130 }).map((n) => `k${n}`),
  fc.constantFrom("", "red", "Red", "green", "größer", " "),
  fc.constantFrom("x", "y"), // a column without a field
  fc.constantFrom("", "1", "1.50", "7", "7.0", "many", "-3.5"),
  fc.constantFrom("", "2024-05-01", "2001-01-01", "1.5.2024", "2024-04-20"),
  fc.constantFrom("true", "false", "TRUE", "maybe", ""),
];
const batch = fc.record({
  rows: fc.array(fc.tuple(...(values as [fc.Arbitrary<string>, ...fc.Arbitrary<string>[]])), {
    minLength: 1,
    maxLength: 90,
  }),
  mode: fc.constantFrom<WriteMode>("upsert", "upsert", "upsert", "append", "update"),
  again: fc.boolean(),
  remove: fc.array(fc.integer({ min: 0, max: 130 }), { maxLength: 3 }),
  crash: fc.boolean(),
});

const COLUMNS = [0, 1, null, 3, 4, 5].map((id) => {
  const field = FIELDS.find((field) => field.id === id);
  return field ? { id: field.id, type: field.type, format: "d.m.y" } : null;
});

function tableOf(rows: readonly (readonly string[])[]): TextTable {
  const ends: number[] = [];
  const encoder = new TextEncoder();
  let text = "";
  let end = 0;
  for (const row of rows) {
    for (const cell of row) {
      text += `${cell},`;
      end += encoder.encode(cell).length;
      ends.push(end++);
    }
  }
  return {
    rows: rows.length,
    columns: COLUMNS,
    key: 0,
    time_zone: "UTC",
    bytes: encoder.encode(text),
    ends: Uint32Array.from(ends),
  };
}

class Side {
  readonly clock = new Clock();
  readonly catalogue: Catalogue = {
    dataset_id: "ds_1",
    workspace_id: "ws_1",
    version: 1,
    time_zone: "UTC",
    shard_count: 1,
    fields: FIELDS,
    relations: [],
    segments: Object.entries(QUERIES).map(([id, query]) => ({ id, version: 1, query })),
  };
  begun = 0;
  readonly host = shardAlone(this.clock, () => this.catalogue);

  async apply(
    rows: TextTable | readonly { key: string; cells: (readonly [number, Cell])[] }[],
    mode: WriteMode,
    batch: number,
  ) {
    const source = { id: "imp_1", batch, remember_seen: true, assign_occurrence: false };
    return unwrap(await this.host.object.apply({ version: 1, mode, rows, import: source }));
  }

  async state() {
    const { object } = this.host;
    const { records } = unwrap(await object.list({ version: 1, after: -1, limit: 10_000 }));
    const members: Record<string, string[]> = {};
    const entered: Record<string, number> = {};
    for (const id of Object.keys(QUERIES)) {
      const page = unwrap(await object.members({ version: 1, segment_id: id, after: -1, limit: 10_000 }));
      members[id] = page.records.map(({ key }) => key).sort();
      const from = { seq: this.begun, watched: this.begun, shown: this.begun };
      const deltas = unwrap(await object.deltas({ version: 1, segment_id: id, from, limit: 1e6, watch: [1, 3] }));
      entered[id] = deltas.entered.length;
      expect(unwrap(await object.verify({ version: 1, segment_id: id, limit: 9 }))).toMatchObject({
        missing: [],
        extra: [],
      });
    }
    const { unseen, total } = unwrap(await object.unseen({ version: 1, import_id: "imp_1" }));
    const all = records.map(({ key, cells }) => [key, trimmed(cells)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    return { all, members, entered, unseen, total };
  }
}

const trimmed = (cells: readonly Cell[]) => cells.slice(0, cells.findLastIndex((cell) => cell !== null) + 1);
const counts = ({ added, updated, unchanged, rejected }: ApplyAnswer) => ({ added, updated, unchanged, rejected });

test("S45 S46 S47 a table of texts changes a shard exactly as its rows one by one would", async () => {
  let pages = 0;
  let unchanged = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 4 }), async (batches) => {
      const [packed, single] = [new Side(), new Side()];
      for (const side of [packed, single]) side.begun = unwrap(await side.host.object.stats({ version: 1 })).seq;
      let number = 0;
      for (const { rows, mode, again, remove, crash } of batches) {
        for (let times = again ? 2 : 1; times > 0; times--) {
          const table = tableOf(rows);
          const { rows: read } = packTable(table);
          const writes = rows.map((_, row) => {
            const cells = packedCells(read, row);
            return { key: read.keys.text(row), cells: read.fields.map((id) => [id, cells[id] ?? null] as const) };
          });
          const answer = await packed.apply(table, mode, number);
          expect(counts(answer)).toEqual(counts(await single.apply(writes, mode, number)));
          expect(counts(await packed.apply(table, mode, number))).toEqual(counts(answer));
          unchanged += answer.unchanged;
          number++;
        }
        for (const side of [packed, single]) {
          unwrap(await side.host.object.remove({ version: 1, keys: remove.map((n) => `k${n}`) }));
          if (crash) side.host.crash();
        }
        expect(await packed.state()).toEqual(await single.state());
      }
      await packed.host.object.endImport({ import_id: "imp_1" });
      packed.host.crash();
      expect((await packed.state()).all).toEqual((await single.state()).all);
      pages += packed.host.rows("SELECT * FROM pages").length;
    }),
    { numRuns: 60 },
  );
  // Pages must be written and rows found unchanged, else little was compared.
  expect(pages).toBeGreaterThan(30);
  expect(unchanged).toBeGreaterThan(100);
});
