/** Stores, customers and purchases: the datasets of the random tests, their random rows, and what the oracle sees of them. */
import fc from "fast-check";
import type { Data, FieldShape, Group } from "../wire.ts";
import { addDays } from "./time.ts";
import { type FieldType, localDate } from "./values.ts";
import type { Table, World } from "./world.ts";

export const names = ["stores", "customers", "purchases"] as const;
export type Name = (typeof names)[number];

/** The child dataset's field, the parent, and both names of the relation. */
export const relations: Readonly<Record<Name, { name: string; field: string; to: Name; reverse_name: string }[]>> = {
  stores: [],
  customers: [{ name: "home_store", field: "home", to: "stores", reverse_name: "locals" }],
  purchases: [
    { name: "customer", field: "customer", to: "customers", reverse_name: "purchases" },
    { name: "store", field: "store", to: "stores", reverse_name: "sales" },
  ],
};

export const shopFields: Readonly<Record<Name, FieldShape[]>> = {
  stores: [
    { name: "id", type: "text" },
    { name: "region", type: "text" },
    { name: "size", type: "number" },
    { name: "opened", type: "date" },
  ],
  customers: [
    { name: "id", type: "text" },
    { name: "home", type: "text" },
    { name: "name", type: "text" },
    { name: "score", type: "number" },
    { name: "active", type: "boolean" },
    { name: "joined", type: "date" },
    { name: "seen", type: "datetime" },
    { name: "tags", type: "text_array" },
    { name: "ratio", type: "number", formula: "score / 4 + 1" },
    { name: "fresh", type: "boolean", formula: "days_since(joined) <= 30" },
    { name: "tier", type: "text", formula: 'if(score > 10, "gold", if(score > 0, "silver", "none"))' },
  ],
  purchases: [
    { name: "id", type: "text" },
    { name: "customer", type: "text" },
    { name: "store", type: "text" },
    { name: "amount", type: "number" },
    { name: "qty", type: "number" },
    { name: "seq", type: "number" },
    { name: "kind", type: "text" },
    { name: "bought_on", type: "date" },
    { name: "bought_at", type: "datetime" },
  ],
};

/** The moment around which dates crowd. */
export interface Base {
  now: number;
  zone: string;
}

const seldomNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ arbitrary: value, weight: 7 }, fc.constant(null));

const offsets = [0, 1, -1, 2, -2, 6, 7, 8, -6, -7, -8, -29, -30, -31, 30, -89, -90, -92, -364, -365, -366, 400];

export const dayAround = ({ now, zone }: Base): fc.Arbitrary<string> =>
  fc
    .oneof(fc.constantFrom(...offsets), fc.integer({ min: -100, max: 100 }))
    .map((days) => addDays(localDate(now, zone), days));

/** Half past some hour from now, so that no window of whole hours closes while the test runs. */
const instantAround = ({ now }: Base): fc.Arbitrary<string> =>
  fc
    .oneof(fc.integer({ min: -50, max: 50 }), fc.constantFrom(-24 * 30, -24 * 7, 24 * 8))
    .map((hours) => new Date(now + (hours + 0.5) * 3_600_000).toISOString());

const pointer = (letter: string, count: number): fc.Arbitrary<string | null> =>
  seldomNull(fc.oneof({ arbitrary: fc.nat(count - 1), weight: 9 }, fc.constant(99)).map((n) => `${letter}${n}`));

export const counts: Readonly<Record<Name, number>> = { stores: 6, customers: 30, purchases: 45 };
export const keyLetter: Readonly<Record<Name, string>> = { stores: "s", customers: "c", purchases: "p" };
export const words = ["ann", "anna", "bob", "b%b", "x y"];

/** Cells of one row, without its key. */
export function shopRow(name: Name, base: Base): fc.Arbitrary<Data> {
  const cells: Readonly<Record<Name, Record<string, fc.Arbitrary<unknown>>>> = {
    stores: {
      region: seldomNull(fc.constantFrom("west", "south", "north")),
      size: seldomNull(fc.integer({ min: 0, max: 4 })),
      opened: seldomNull(dayAround(base)),
    },
    customers: {
      home: pointer("s", counts.stores),
      name: seldomNull(fc.constantFrom(...words)),
      score: seldomNull(fc.integer({ min: -20, max: 80 }).map((n) => n / 4)),
      active: seldomNull(fc.boolean()),
      joined: seldomNull(dayAround(base)),
      seen: seldomNull(instantAround(base)),
      tags: seldomNull(fc.constantFrom(["a"], ["a", "b"], ["c"])),
    },
    purchases: {
      customer: pointer("c", counts.customers / 2),
      store: pointer("s", counts.stores),
      amount: seldomNull(fc.integer({ min: -300, max: 5_000 }).map((cents) => cents / 100)),
      qty: fc.integer({ min: 0, max: 5 }),
      seq: fc.integer({ min: 0, max: 3 }),
      kind: fc.constantFrom("book", "disc", "tea"),
      bought_on: seldomNull(dayAround(base)),
      bought_at: seldomNull(instantAround(base)),
    },
  };
  return fc.record(cells[name]);
}

export type Tables = Readonly<Record<Name, Map<string, Data>>>;
export type Segments = Readonly<Record<Name, Record<string, Group>>>;

/** The three datasets as the oracle sees them, each pointing at the others. */
export function worldsOf(tables: Tables, segments: Segments, { now, zone }: Base): Record<Name, World> {
  const worlds = {} as Record<Name, World>;
  for (const name of names) {
    const fields = shopFields[name];
    worlds[name] = {
      zone,
      now,
      key: "id",
      types: Object.fromEntries(fields.map((field) => [field.name, field.type as FieldType])),
      computed: Object.fromEntries(fields.flatMap((field) => (field.formula ? [[field.name, field.formula]] : []))),
      segments: segments[name],
      lookups: {},
      related: {},
    };
  }
  const table = (name: Name): Table => ({ world: worlds[name], rows: tables[name] });
  for (const child of names)
    for (const { name, field, to, reverse_name } of relations[child]) {
      Object.assign(worlds[child].lookups ?? {}, { [name]: { field, table: table(to) } });
      Object.assign(worlds[to].related ?? {}, { [reverse_name]: { field, table: table(child) } });
    }
  return worlds;
}
