/**
 * The row store against a map: bulk inserts that become pages, single writes over them, removals, transactions that
 * fail, restarts. Whatever lies where, it reads the same.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Clock, ObjectHost } from "../deliver/testing/object-host.ts";
import type { Cell } from "../engine/index.ts";
import { migrate } from "../platform/migrate.ts";
import type { ObjectState } from "../platform/types.ts";
import { Rows, type RowToStore } from "./rows.ts";
import { MIGRATIONS } from "./storage-schema.ts";

class Store {
  readonly state: ObjectState;
  readonly rows: Rows;
  constructor(state: ObjectState) {
    migrate(state.storage.sql, MIGRATIONS);
    this.state = state;
    this.rows = new Rows(state.storage.sql);
  }
  async alarm(): Promise<void> {}
}

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.constantFrom(
    null,
    "",
    "red",
    "größer",
    "2024-05-01",
    "\ud800",
    "a\nb",
    true,
    false,
    0,
    -1,
    7,
    70_000,
    1e12,
    1.5,
    -2.25,
  ),
  fc.array(fc.constantFrom("a", "b"), { maxLength: 2 }),
);
const tuple = fc.array(cell, { minLength: 1, maxLength: 4 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("bulk" as const), rows: fc.array(tuple, { minLength: 60, maxLength: 90 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("insert" as const), rows: fc.array(tuple, { minLength: 1, maxLength: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("update" as const),
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
      cells: tuple,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("remove" as const),
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 70 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("fail" as const), rows: fc.array(tuple, { minLength: 64, maxLength: 70 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: "settle" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "forget" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "crash" as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Kept {
  readonly row: number;
  readonly key: string;
  readonly cells: Cell[];
  readonly created_at: number;
  updated_at: number;
}

/** Trailing nulls are the same as nothing: a tuple may be shorter than the fields. */
function trimmed(cells: readonly Cell[] | null): Cell[] | null {
  const all = cells === null ? null : [...cells];
  while (all && all.length > 0 && all.at(-1) === null) all.pop();
  return all;
}

class Run {
  readonly host = new ObjectHost("x", new Clock(), (state) => new Store(state));
  readonly model = new Map<number, Kept>();
  readonly gone = new Map<number, string>();
  next = 0;
  at = 0;
  pages = 0;

  get store(): Store {
    return this.host.object;
  }

  #made(rows: Cell[][]): (RowToStore & { cells: Cell[] })[] {
    return rows.map((cells, index) => {
      const row = this.next + index;
      return { row, key: row % 5 === 0 ? `schlüssel ${row}` : `key ${row}`, cells, data: JSON.stringify(cells) };
    });
  }

  step(step: Step): void {
    this.at++;
    const { rows, state } = this.store;
    if (step.do === "bulk" || step.do === "insert") {
      const made = this.#made(step.rows);
      state.storage.transactionSync(() => rows.insert(made, this.at));
      for (const { row, key, cells } of made)
        this.model.set(row, { row, key, cells, created_at: this.at, updated_at: this.at });
      this.next += made.length;
    } else if (step.do === "update") {
      const old = this.#picked(step.picks);
      const changed = old.map((row) => ({ ...row, cells: step.cells, updated_at: this.at }));
      state.storage.transactionSync(() =>
        rows.update(
          changed.map(({ cells, ...row }) => ({ ...row, data: JSON.stringify(cells) })),
          this.at,
        ),
      );
      for (const row of changed) this.model.set(row.row, row);
    } else if (step.do === "remove") {
      const old = this.#picked(step.picks);
      state.storage.transactionSync(() =>
        rows.remove(
          old.map(({ row }) => row),
          this.at,
        ),
      );
      for (const { row, key } of old) {
        this.model.delete(row);
        this.gone.set(row, key);
      }
    } else if (step.do === "fail") {
      const fault = () =>
        state.storage.transactionSync(() => {
          rows.insert(this.#made(step.rows), this.at);
          throw new Error("a fault");
        });
      expect(fault).toThrow("a fault");
      rows.forget();
    } else if (step.do === "settle") state.storage.transactionSync(() => rows.settle());
    else if (step.do === "forget") {
      state.storage.transactionSync(() => rows.forgetRemoved(this.at + 1));
      for (const row of [...this.gone.keys()]) if (row < this.next - 1) this.gone.delete(row);
    } else this.host.crash();
    this.#compare();
  }

  #picked(picks: readonly number[]): Kept[] {
    const all = [...this.model.values()];
    return all.length === 0 ? [] : [...new Set(picks.map((pick) => all[pick % all.length] as Kept))];
  }

  #compare(): void {
    const { rows } = this.store;
    const plain = (row: {
      row: number;
      key: string;
      cells: readonly Cell[] | null;
      created_at: number;
      updated_at: number;
    }) => ({
      row: row.row,
      key: row.key,
      cells: trimmed(row.cells),
      created_at: row.created_at,
      updated_at: row.updated_at,
    });
    const expected = [...this.model.values()].sort((a, b) => a.row - b.row);
    const shown = expected.map((row) => plain({ ...row, cells: JSON.parse(JSON.stringify(row.cells)) as Cell[] }));
    expect([...rows.range(0, Number.MAX_SAFE_INTEGER)].map(plain)).toEqual(shown);
    const middle = Math.floor(this.next / 2);
    const numbers = expected.map(({ row }) => row);
    expect([...rows.range(middle, this.next, 7)].map(({ row }) => row)).toEqual(
      numbers.filter((row) => row >= middle).slice(0, 7),
    );
    expect(rows.numbers(middle, 7)).toEqual(numbers.filter((row) => row >= middle).slice(0, 7));
    expect([...rows.present()]).toEqual(numbers);
    expect(rows.count()).toBe(numbers.length);
    expect(rows.last()).toBe(this.next - 1);
    expect(rows.byNumbers(numbers.toReversed()).map(plain)).toEqual(shown.toReversed());
    const goneKeys = [...this.gone.values()];
    const found = rows.byKeys([...expected.map(({ key }) => key), ...goneKeys, "no such key"]);
    expect(expected.map(({ key }) => found.get(key)).map((row) => row && plain(row))).toEqual(shown);
    expect(found.size).toBe(expected.length);
    expect(rows.byNumbers([...this.gone.keys()]).map(({ key, cells }) => [key, cells])).toEqual(
      goneKeys.map((key) => [key, null]),
    );
    this.pages = Math.max(
      this.pages,
      this.store.state.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM pages").one().n,
    );
  }
}

test("S40 S41 S42 S43 whatever lies in pages and what singly, rows read as they were written, after faults and restarts", () => {
  let pages = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 16 }), (script) => {
      const run = new Run();
      for (const one of script) run.step(one);
      pages += run.pages;
    }),
    { numRuns: 60 },
  );
  // The scripts must lead to pages, else nothing was compared.
  expect(pages).toBeGreaterThan(60);
});
