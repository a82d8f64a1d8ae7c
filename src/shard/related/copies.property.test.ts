/** Copies in pages and single ones over them, against a map: whatever changes, fails or restarts, they read the same. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Clock, ObjectHost } from "../../deliver/testing/object-host.ts";
import { type Cell, type Field, typedValue } from "../../engine/index.ts";
import { migrate } from "../../platform/migrate.ts";
import type { ObjectState } from "../../platform/types.ts";
import { ByteBudget } from "../byte-budget.ts";
import { MIGRATIONS } from "../storage-schema.ts";
import { Slices } from "../yield.ts";
import { Copies } from "./copies.ts";
import { type Copy, MEMBERS, NO_PARENT, PARENT_ROW, placeOf } from "./copy.ts";
import { dropSome, storedRelations } from "./copy-tables.ts";
import { RelatedColumns } from "./related-columns.ts";

const FIELDS: Field[] = [
  { id: 0, name: "id", type: "text" },
  { id: 1, name: "customer", type: "text" },
  { id: 2, name: "amount", type: "number" },
  { id: 3, name: "on", type: "date" },
  { id: 4, name: "at", type: "datetime" },
];
const KEPT = [{ id: PARENT_ROW, type: "number" } as const, ...[...FIELDS, MEMBERS].map(placeOf)];
const POINTER = 1;
const SMALL = { rowsAPage: 3, rowsForAPage: 2, mostUnwritten: 7, mostSingles: 2 };

class Store {
  readonly state: ObjectState;
  readonly copies: Copies;
  constructor(state: ObjectState, sizes = SMALL) {
    migrate(state.storage.sql, MIGRATIONS);
    this.state = state;
    this.copies = new Copies(state.storage.sql, 3, POINTER, sizes);
  }
  async alarm(): Promise<void> {}
}

interface Known {
  readonly parent: string;
  readonly cells: readonly Cell[];
  readonly members: readonly string[];
}

const PARENTS = ["a", "b", "c", "d"];
const parents = fc.constantFrom(...PARENTS);
const keys = fc.constantFrom(...Array.from({ length: 14 }, (_, n) => `k${n}`));
const put = fc.record({
  key: keys,
  parent: parents,
  amount: fc.constantFrom(null, 0, 1.5, -2, "n/a", 1e21),
  on: fc.constantFrom(null, "2026-01-02", "2026-1-2", "soon"),
  at: fc.constantFrom(null, "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.5Z", "later"),
  members: fc.subarray(["s1", "s2"]),
});
const steps = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("put" as const),
      rows: fc.uniqueArray(put, { minLength: 1, maxLength: 9, selector: ({ key }) => key }),
      fails: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("remove" as const), keys: fc.uniqueArray(keys, { maxLength: 3 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("come" as const), parent: parents }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("leave" as const), parent: parents }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("fold" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("settle" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly host = new ObjectHost("x", new Clock(), (state) => new Store(state));
  readonly known = new Map<string, Known>();
  readonly rowOf = new Map<string, number>();
  folded = 0;
  #nextParent = 5;
  #columns: RelatedColumns | null = null;

  get copies(): Copies {
    return this.host.object.copies;
  }

  get columns(): RelatedColumns {
    this.#columns ??= new RelatedColumns(this.copies, FIELDS, new ByteBudget(1e8));
    return this.#columns;
  }

  #transaction<T>(work: () => T, fails = false): T | null {
    try {
      return this.host.object.state.storage.transactionSync(() => {
        const result = work();
        if (fails) throw new Error("on purpose");
        return result;
      });
    } catch (error) {
      if (!fails) throw error;
      this.copies.forget();
      return null;
    }
  }

  step(step: Step): void {
    switch (step.do) {
      case "put":
        this.#put(step.rows, step.fails);
        break;
      case "remove": {
        const gone = [...this.copies.byKeys(step.keys).values()];
        this.#transaction(() => this.copies.remove(gone.map(({ row }) => row)));
        for (const { key, row } of gone) {
          this.known.delete(key);
          this.#columns?.remove(row);
        }
        break;
      }
      case "come": {
        if (this.rowOf.has(step.parent)) break;
        const row = this.#nextParent++;
        this.rowOf.set(step.parent, row);
        const adopted = this.#transaction(() => this.copies.adopt([{ row, key: step.parent }])) ?? [];
        for (const { after } of adopted) this.#columns?.setParent(after.row, row);
        break;
      }
      case "leave": {
        const row = this.rowOf.get(step.parent);
        this.rowOf.delete(step.parent);
        if (row === undefined) break;
        const orphaned = this.#transaction(() => this.copies.orphan([row])) ?? [];
        for (const { after } of orphaned) this.#columns?.setParent(after.row, NO_PARENT);
        break;
      }
      case "fold": {
        if (!this.copies.folds) break;
        for (const { before, after } of this.#transaction(() => this.copies.fold(FIELDS)) ?? []) {
          this.#columns?.remove(before.row);
          this.#columns?.put(after, null);
          this.folded++;
        }
        break;
      }
      case "settle":
        this.#transaction(() => this.copies.settle());
        for (const _ of this.copies.chunks.keep(KEPT));
        this.copies.chunks.forgetOthers(KEPT);
        break;
      case "restart":
        this.host.crash();
        this.#columns = null;
    }
    this.compare();
  }

  #put(rows: (typeof put extends fc.Arbitrary<infer T> ? T : never)[], fails: boolean): void {
    const stored = this.copies.byKeys(rows.map(({ key }) => key));
    const copies = rows.map(({ key, parent, amount, on, at, members }): Copy => {
      const row = stored.get(key)?.row ?? this.copies.take();
      const cells = [key, parent, amount, on, at];
      return { row, key, parent, parent_row: this.rowOf.get(parent) ?? NO_PARENT, cells, members };
    });
    const done = this.#transaction(() => {
      this.copies.update(copies.filter(({ key }) => stored.has(key)));
      this.copies.add(
        copies.filter(({ key }) => !stored.has(key)),
        FIELDS,
      );
      return true;
    }, fails);
    if (!done) return;
    for (const copy of copies) {
      this.known.set(copy.key, copy);
      this.#columns?.put(copy, null);
    }
  }

  compare(): void {
    const found = this.copies.byKeys([...this.known.keys(), "nobody"]);
    expect(found.size).toBe(this.known.size);
    for (const [key, { parent, cells, members }] of this.known) {
      const expected = { key, parent, cells, members, parent_row: this.rowOf.get(parent) ?? NO_PARENT };
      expect(found.get(key)).toMatchObject(expected);
    }
    expect(new Set(Array.from(found.values(), ({ row }) => row)).size).toBe(found.size);
    for (const parent of PARENTS) {
      const row = this.rowOf.get(parent);
      const own = row === undefined ? this.copies.waitingFor(parent) : this.copies.ofParent(row);
      const expected = [...this.known].flatMap(([key, one]) => (one.parent === parent ? [key] : []));
      expect(own.map(({ key }) => key).sort()).toEqual(expected.sort());
      if (row !== undefined) expect(this.copies.waitingFor(parent)).toEqual([]);
    }
    this.#compareColumns(found);
  }

  #compareColumns(found: ReadonlyMap<string, Copy>): void {
    const { columns } = this;
    columns.ensure(
      [...FIELDS, MEMBERS].map(({ id }) => id),
      0,
    );
    expect(columns.store.present.size).toBe(found.size);
    for (const { row, parent_row, cells, members } of found.values()) {
      expect(columns.store.present.has(row)).toBe(true);
      expect(columns.parentOf(row)).toBe(parent_row);
      for (const field of FIELDS) {
        expect(columns.store.column(field.id, 0)?.get(row)).toEqual(typedValue(field, cells[field.id]));
      }
      expect(columns.store.column(MEMBERS.id, 0)?.get(row) ?? []).toEqual(members);
    }
  }
}

test("R22 R23 R24 R27 whatever lies in pages and what singly, copies and their columns are what came", () => {
  let folded = 0;
  fc.assert(
    fc.property(fc.array(steps, { minLength: 5, maxLength: 30 }), (script) => {
      const run = new Run();
      for (const step of script) run.step(step);
      folded += run.folded;
    }),
    { numRuns: 150 },
  );
  expect(folded).toBeGreaterThan(20);
}, 120_000);

test("R25 columns are kept, and what changed since is put over them", async () => {
  const sizes = { rowsAPage: 100, rowsForAPage: 32, mostUnwritten: 30_000, mostSingles: 4_000 };
  const host = new ObjectHost("x", new Clock(), (state) => new Store(state, sizes));
  const transaction = <T>(work: () => T) => host.object.state.storage.transactionSync(work);
  const copyAt = (row: number, more: number): Copy => ({
    ...{ row, key: `k${row}`, parent: `p${row % 500}`, parent_row: row % 500, members: [] },
    cells: [`k${row}`, `p${row % 500}`, row / 4 + more, row % 9 === 0 ? null : `2026-01-${10 + (row % 20)}`],
  });
  const rows = 70_000;
  for (let from = 0; from < rows; from += 10_000) {
    const batch = Array.from({ length: 10_000 }, () => copyAt(host.object.copies.take(), 0));
    transaction(() => host.object.copies.add(batch, FIELDS));
  }
  for (const _ of host.object.copies.chunks.keep(KEPT));
  const chunks = () => host.rows("SELECT DISTINCT chunk FROM related_3_column_chunks ORDER BY chunk");
  expect(chunks().map(({ chunk }) => chunk)).toEqual([0, 1]);
  host.object.copies.chunks.forgetOthers(KEPT);
  expect(chunks().length).toBe(2);
  transaction(() => host.object.copies.settle());
  transaction(() => host.object.copies.update([copyAt(7, 0.5), { ...copyAt(65_540, 0.5), parent_row: 3 }]));
  transaction(() => host.object.copies.remove([8]));
  transaction(() => host.object.copies.orphan([499]));
  host.crash();
  const columns = new RelatedColumns(host.object.copies, FIELDS, new ByteBudget(1e8));
  const wrong: number[] = [];
  for (const chunk of [0, 1]) await columns.load([2, 3], chunk, new Slices());
  for (let row = 0; row < rows; row++) {
    const { cells, parent_row } = copyAt(row, row === 7 || row === 65_540 ? 0.5 : 0);
    const parent = row === 65_540 ? 3 : parent_row === 499 ? NO_PARENT : parent_row;
    const [amount, on] = [2, 3].map((id) => columns.store.column(id, row >>> 16)?.get(row & 0xffff));
    const isRight =
      amount === cells[2] && on === typedValue({ type: "date" }, cells[3]) && columns.parentOf(row) === parent;
    if (row === 8 ? columns.store.present.has(8) : !isRight) wrong.push(row);
  }
  expect(wrong).toEqual([]);
  expect(host.object.copies.ofParent(3).map(({ row }) => row)).toContain(65_540);
  expect(host.object.copies.waitingFor("p499").length).toBe(140);
});

test("R26 copies of a relation that is gone are deleted in steps, with their tables", () => {
  const host = new ObjectHost("x", new Clock(), (state) => new Store(state));
  const { copies, state } = host.object;
  const batch = Array.from({ length: 5 }, (_, n): Copy => {
    return { row: copies.take(), key: `k${n}`, parent: "a", parent_row: 1, cells: [`k${n}`, "a"], members: [] };
  });
  state.storage.transactionSync(() => copies.add(batch, FIELDS));
  expect(storedRelations(state.storage.sql)).toEqual([3]);
  while (dropSome(state.storage.sql, 3));
  expect(storedRelations(state.storage.sql)).toEqual([]);
  expect(host.rows("SELECT name FROM sqlite_master WHERE name LIKE 'related\\_3\\_%' ESCAPE '\\'")).toEqual([]);
});
