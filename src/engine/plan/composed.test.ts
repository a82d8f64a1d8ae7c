import { describe, expect, test } from "vitest";
import { Bitmap } from "../bitmap/bitmap.ts";
import { ColumnStore } from "../columns/store.ts";
import type { Query, Rule } from "../query/ast.ts";
import type { Cell, Field } from "../values/types.ts";
import { ChunkMemo } from "./chunk-memo.ts";
import { compile } from "./compile.ts";
import { evaluateChunk } from "./evaluate-columns.ts";
import { lookupField } from "./lookup-field.ts";
import { SegmentSet } from "./segment-set.ts";
import { nothingAround, type Surroundings } from "./surroundings.ts";

const MOMENT = { now: 0, timeZone: "UTC" };
const fields: Field[] = [
  { id: 0, name: "state", type: "text" },
  { id: 1, name: "spend", type: "number" },
];
const all = (...rules: Rule[]): Query => ({ combinator: "and", rules });
const inState = (value: string): Rule => ({ field: 0, operator: "equals", value });
const over = (value: number): Rule => ({ field: 1, operator: "greater_than", value });
const member = (segment: string): Rule => ({ segment, operator: "member" });
const notMember = (segment: string): Rule => ({ segment, operator: "not_member" });

/** Memberships as they were before, and who was judged. */
class World {
  readonly members = new Map<string, Set<number>>();
  readonly around: Surroundings = {
    ...nothingAround,
    isMember: (segment, row) => this.members.get(segment)?.has(row) ?? false,
  };
  readonly set = new SegmentSet({ fields, timeZone: "UTC" }, this.around);
  judged: string[] = [];

  write(row: number, cells: Cell[], changed: number[] | null): void {
    this.judged = [];
    const flips: [string, boolean][] = [];
    this.set.visitRow(row, cells, changed, MOMENT, (id, is) => {
      this.judged.push(id);
      if (this.around.isMember(id, row) === is) return false;
      flips.push([id, is]);
      return true;
    });
    for (const [id, is] of flips) {
      const members = this.members.get(id) ?? new Set();
      this.members.set(id, members);
      if (is) members.add(row);
      else members.delete(row);
    }
  }

  of(row: number): string[] {
    return this.set.ids().filter((id) => this.around.isMember(id, row));
  }
}

describe("segments that read others", () => {
  test("M19 each is judged after whom it reads, whatever the order in which they came", () => {
    const world = new World();
    world.set.set("outer", all(member("middle")));
    world.set.set("middle", all(member("inner"), over(5)));
    world.set.set("inner", all(inState("CA")));
    world.set.set("others", all(notMember("middle")));
    world.write(7, ["ca", 9], null);
    expect(world.of(7)).toEqual(["outer", "middle", "inner"]);
    expect(world.judged.indexOf("inner")).toBeLessThan(world.judged.indexOf("middle"));
    expect(world.judged.indexOf("middle")).toBeLessThan(world.judged.indexOf("outer"));
    world.write(7, ["ny", 9], [0]);
    expect(world.of(7)).toEqual(["others"]);
  });

  test("M19 nobody is judged whose parts did not flip", () => {
    const world = new World();
    world.set.set("inner", all(over(5)));
    world.set.set("outer", all(member("inner")));
    world.write(1, ["ca", 9], null);
    world.write(1, ["ca", 8], [1]);
    expect(world.judged).toEqual(["inner"]);
    world.write(1, ["ca", 1], [1]);
    expect(world.judged).toEqual(["inner", "outer"]);
    expect(world.set.withReaders(["inner"])).toEqual(["inner", "outer"]);
    expect(world.set.withReaders(["outer"])).toEqual(["outer"]);
  });

  test("M19 several ways to one segment lead to one judgement", () => {
    const world = new World();
    world.set.set("top", all(member("left"), member("right"), inState("CA")));
    world.set.set("left", all(member("base")));
    world.set.set("right", all(member("base")));
    world.set.set("base", all(over(5)));
    world.write(3, ["CA", 6], null);
    expect(world.judged.filter((id) => id === "top")).toHaveLength(1);
    expect(world.of(3).sort()).toEqual(["base", "left", "right", "top"]);
  });
});

const scanAgain = () => {
  throw new Error("what was found is scanned again");
};

test("M20 a memo changes no answer and scans what is shared once", () => {
  const store = new ColumnStore(fields);
  const rows = Array.from({ length: 200 }, (_, i): Cell[] => [i % 3 === 0 ? "CA" : "NY", i % 10]);
  for (const [row, cells] of rows.entries()) store.put(row, cells);
  const source = () => rows.map((cells, row) => [row, cells] as const);
  const plans = [
    all(inState("CA"), over(5)),
    all(over(5)),
    all({ combinator: "or", not: true, rules: [inState("CA"), over(5)] }),
    all(over(7)),
  ].map((query) => compile(query, { fields, timeZone: "UTC" }));
  const memo = new ChunkMemo(plans);
  for (const plan of plans) {
    const options = { moment: MOMENT, source };
    const alone = evaluateChunk(plan, store, 0, options).words.slice();
    expect([...evaluateChunk(plan, store, 0, { ...options, memo }).words]).toEqual([...alone]);
  }
  const known = plans.map(({ conditions }) => conditions.map((one) => memo.shared(one, scanAgain) !== undefined));
  expect(known).toEqual([[true, true], [true], [true, true], [false]]);
});

test("M21 a change of the pointing field concerns who reads looked-up fields", () => {
  const region = lookupField(4, 2);
  const relations = [
    {
      ...{ id: "rel_1", number: 4, kind: "belongs_to" as const, name: "store", field: 0, dataset_id: "ds_2" },
      fields: [{ id: 2, name: "region", type: "text" as const }],
    },
  ];
  const regions: Record<string, string> = { s1: "West", s2: "South" };
  const around: Surroundings = {
    ...nothingAround,
    lookup: (field, cells) => (field === region ? (regions[String(cells[0])] ?? null) : null),
  };
  const set = new SegmentSet({ fields, relations, timeZone: "UTC" }, around);
  set.set("west", all({ via: "rel_1", field: 2, operator: "in", value: ["west"] }));
  expect(set.affected([0])).toEqual(["west"]);
  expect(set.affected([region])).toEqual(["west"]);
  expect(set.affected([1])).toEqual([]);
  expect(set.evaluateRow(["s1", 1], [0], MOMENT).get("west")).toBe(true);
  expect(set.evaluateRow(["s2", 1], [0], MOMENT).get("west")).toBe(false);
  const store = new ColumnStore([...fields, { id: region, name: "region", type: "text" }], new Bitmap(), around.lookup);
  store.put(5, ["s1", 1]);
  store.put(6, ["s3", 1]);
  const plan = compile(all({ via: "rel_1", field: 2, operator: "not_equals", value: "West" }), {
    fields,
    relations,
    timeZone: "UTC",
  });
  const source = () => [[5, ["s1", 1]] as const, [6, ["s3", 1]] as const];
  expect(evaluateChunk(plan, store, 0, { moment: MOMENT, source }).count).toBe(1);
});
