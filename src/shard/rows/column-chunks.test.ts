import { expect, test } from "vitest";
import { Clock, ObjectHost } from "../../deliver/testing/object-host.ts";
import { type Cell, type Column, packRows, typedValue } from "../../engine/index.ts";
import { migrate } from "../../platform/migrate.ts";
import type { ObjectState } from "../../platform/types.ts";
import { Log } from "../log.ts";
import { Rows } from "../rows.ts";
import { MIGRATIONS } from "../storage-schema.ts";
import { ColumnChunks } from "./column-chunks.ts";

class Store {
  readonly state: ObjectState;
  readonly rows: Rows;
  readonly chunks: ColumnChunks;
  readonly log: Log;
  constructor(state: ObjectState) {
    const { sql } = state.storage;
    migrate(sql, MIGRATIONS);
    this.state = state;
    this.rows = new Rows(sql);
    this.chunks = new ColumnChunks(sql, this.rows);
    this.log = new Log(sql);
  }
  async alarm(): Promise<void> {}
}

const FIELDS = [
  { id: 0, type: "text" },
  { id: 1, type: "number" },
  { id: 2, type: "date" },
  { id: 4, type: "text_array" },
] as const;
const ROWS = 70_000;

function cellsOf(row: number): Cell[] {
  const day = `2024-0${1 + (row % 9)}-1${row % 10}`;
  return [
    `c${row % 7_000}`,
    row % 11 === 0 ? "many" : row / 4,
    row % 13 === 0 ? null : day,
    null,
    row % 5 === 0 ? ["a", `b${row % 3}`] : null,
  ];
}

function expectColumns(store: Store, cells: (row: number) => readonly Cell[]): void {
  for (const field of FIELDS) {
    for (const chunk of [0, 1]) {
      const column: Column = store.chunks.load(field, chunk);
      const wrong: number[] = [];
      for (let row = chunk * 65_536; row < Math.min(ROWS, (chunk + 1) * 65_536); row++) {
        const found = JSON.stringify(column.get(row & 0xffff));
        if (found !== JSON.stringify(typedValue(field, cells(row)[field.id]))) wrong.push(row);
      }
      expect(wrong).toEqual([]);
    }
  }
}

test("S48 S49 columns come from pages, full chunks are kept, and what changed since is put over them", () => {
  const host = new ObjectHost("x", new Clock(), (state) => new Store(state));
  const transaction = (work: () => void) => host.object.state.storage.transactionSync(work);
  const all = Array.from({ length: ROWS }, (_, row) => ({ key: `k${row}`, cells: cellsOf(row) }));
  for (let from = 0; from < ROWS; from += 10_000) {
    transaction(() => host.object.rows.insertPacked(from, packRows(all.slice(from, from + 10_000)), 1));
  }
  const { object } = host;
  expect([object.chunks.serves(0), object.chunks.serves(1), object.chunks.serves(2)]).toEqual([true, true, false]);
  expect(object.chunks.isDue(FIELDS)).toBe(true);
  for (const _ of object.chunks.keep(FIELDS));
  expect(object.chunks.isDue(FIELDS)).toBe(false);
  expect(object.chunks.isDue(FIELDS.slice(1))).toBe(true);
  const kept = () => host.rows("SELECT DISTINCT field, chunk FROM column_chunks ORDER BY field");
  expect(kept().map(({ field, chunk }) => [field, chunk])).toEqual(FIELDS.map(({ id }) => [id, 0]));
  expectColumns(object, cellsOf);

  const changed = new Map(
    [3, 65_535, 66_000].map((row) => [row, ["changed", -row, "2020-02-02", null, ["z"]] as Cell[]]),
  );
  transaction(() =>
    object.rows.update(
      Array.from(changed, ([row, cells]) => ({ row, key: `k${row}`, data: JSON.stringify(cells), created_at: 1 })),
      2,
    ),
  );
  host.crash();
  expectColumns(host.object, (row) => changed.get(row) ?? cellsOf(row));

  host.object.chunks.forgetOthers([
    { id: 0, type: "text" },
    { id: 1, type: "text" },
  ]);
  expect(kept().map(({ field }) => field)).toEqual([0]);
});

test("S50 above its size the older half of the log goes, never the newest entry", () => {
  const { object } = new ObjectHost("x", new Clock(), (state) => new Store(state));
  const { log } = object;
  const entered = Array.from({ length: 1_000 }, (_, at) => at * 50);
  for (let seq = 1; seq <= 9; seq++) {
    log.append(seq, seq, { added: [seq], updated: [], removed: [] }, new Map([["s", { entered, left: [] }]]));
  }
  const before = log.size();
  expect(before).toBeGreaterThan(9_000);
  log.halve();
  expect([log.oldest(), log.newest()]).toEqual([5, 9]);
  expect(log.size()).toBeLessThan(before * 0.7);
  for (let times = 0; times < 5; times++) log.halve();
  expect([log.oldest(), log.newest()]).toEqual([9, 9]);
});
