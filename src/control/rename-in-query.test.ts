import { describe, expect, test } from "vitest";
import { type Renames, renameInQuery } from "./rename-in-query.ts";

const all = (...rules: unknown[]) => ({ combinator: "and", rules }) as const;

function renames(more: {
  fields?: Record<string, string>;
  via?: Record<string, [string, Record<string, string>]>;
  related?: Record<string, [string, Record<string, string>]>;
}): Renames {
  const behind = (of: Record<string, [string, Record<string, string>]> = {}) =>
    new Map(
      Object.entries(of).map(([old, [name, fields]]) => [old, { name, fields: new Map(Object.entries(fields)) }]),
    );
  return {
    fields: new Map(Object.entries(more.fields ?? {})),
    via: behind(more.via),
    related: behind(more.related),
  };
}

const orders = {
  related: "orders",
  aggregate: "last",
  of: "a",
  order_by: "day",
  where: all({ field: "a", operator: "is_empty" }, all({ field: "day", operator: "is_empty" })),
  within: { field: "day", last: { n: 1, unit: "day" } },
  operator: "is_empty",
};
const via = { via: "store", field: "a", operator: "is_empty" };
const segment = { segment: "a", operator: "member" };

describe("new names in a query", () => {
  test("P31 a rename reaches every depth of a query, and nothing of other datasets", () => {
    const query = all(
      { field: "a", operator: "is_empty" },
      { combinator: "or", not: true, rules: [{ field: "b" }, { field: "a" }] },
      orders,
      via,
      segment,
    );
    expect(renameInQuery(query, renames({ fields: { a: "x" } }))).toEqual(
      all(
        { field: "x", operator: "is_empty" },
        { combinator: "or", not: true, rules: [{ field: "b" }, { field: "x" }] },
        orders,
        via,
        segment,
      ),
    );
    expect(renameInQuery(query, renames({ fields: { z: "x" } }))).toBe(null);
  });

  test("P31 two fields may swap their names in one go of queries", () => {
    const swap = renames({ fields: { a: "b", b: "a" } });
    expect(renameInQuery(all({ field: "a" }, { field: "b" }), swap)?.rules).toEqual([{ field: "b" }, { field: "a" }]);
  });

  test("Q110 a field behind a relation is renamed wherever the relation's rules name it", () => {
    const query = all({ field: "a", operator: "is_empty" }, orders, via, { ...via, via: "other" });
    const changed = renames({
      related: { orders: ["orders", { a: "x", day: "date" }] },
      via: { store: ["store", { a: "y" }] },
    });
    expect(renameInQuery(query, changed)).toEqual(
      all(
        { field: "a", operator: "is_empty" },
        {
          related: "orders",
          aggregate: "last",
          of: "x",
          order_by: "date",
          where: all({ field: "x", operator: "is_empty" }, all({ field: "date", operator: "is_empty" })),
          within: { field: "date", last: { n: 1, unit: "day" } },
          operator: "is_empty",
        },
        { ...via, field: "y" },
        { ...via, via: "other" },
      ),
    );
  });

  test("Q112 formulas have the new names, in backticks where those need them", () => {
    const formula = (text: string) => ({ formula: text });
    const where = (text: string) => ({ related: "orders", quantifier: "any", where: all(formula(text)) });
    const query = all(formula('a > 1 && store.a == "a"'), where("a > 2"));
    expect(renameInQuery(query, renames({ fields: { a: "new name" } }))).toEqual(
      all(formula('`new name` > 1 && store.a == "a"'), where("a > 2")),
    );
    const behind = renames({ via: { store: ["shop", { a: "b" }] }, related: { orders: ["orders", { a: "c" }] } });
    expect(renameInQuery(query, behind)).toEqual(all(formula('a > 1 && shop.b == "a"'), where("c > 2")));
  });

  test("Q111 a renamed relation has its new name in queries", () => {
    const changed = renames({ related: { orders: ["purchases", {}] }, via: { store: ["shop", {}] } });
    expect(renameInQuery(all(orders, via), changed)).toEqual(
      all({ ...orders, related: "purchases" }, { ...via, via: "shop" }),
    );
    expect(renameInQuery(all(segment), changed)).toBe(null);
  });
});
