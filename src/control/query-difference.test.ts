import fc from "fast-check";
import { expect, test } from "vitest";
import { queryDifference } from "./query-difference.ts";
import type { StoredQuery } from "./schema/segments.ts";

const all = (...rules: unknown[]): StoredQuery => ({ combinator: "and", rules });
const either = (...rules: unknown[]): StoredQuery => ({ combinator: "or", rules });
const is = (field: string, value: unknown) => ({ field, operator: "equals", value });
const [a, b, c] = [is("a", 1), is("b", 1), is("c", 1)];

test("Q120 rules that came, went and were changed, each where it stands", () => {
  expect(queryDifference(all(a, b), all(b, c))).toEqual([
    { change: "removed", path: "query.rules[0]", before: a, after: null },
    { change: "added", path: "query.rules[1]", before: null, after: c },
  ]);
  expect(queryDifference(all(a, b), all(a, is("b", 2)))).toEqual([
    { change: "changed", path: "query.rules[1]", before: b, after: is("b", 2) },
  ]);
  expect(queryDifference(all(a), all(is("x", 1)))).toEqual([
    { change: "changed", path: "query.rules[0]", before: a, after: is("x", 1) },
  ]);
  expect(queryDifference(all(a, b), all(a, b))).toEqual([]);
});

test("Q120 groups are compared inside, and how their rules are joined", () => {
  expect(queryDifference(all(a, either(b)), { ...either(a, either(b, c)), not: true })).toEqual([
    { change: "changed", path: "query.combinator", before: "and", after: "or" },
    { change: "added", path: "query.not", before: null, after: "not" },
    { change: "added", path: "query.rules[1].rules[1]", before: null, after: c },
  ]);
  expect(queryDifference({ ...all(), not: true }, all())).toEqual([
    { change: "removed", path: "query.not", before: "not", after: null },
  ]);
});

test("Q120 rules of other kinds: by relation, segment, formula", () => {
  const any = (n: number) => ({ related: "orders", quantifier: "at_least", n, where: all() });
  expect(queryDifference(all(any(1), { formula: "x > 1" }), all({ formula: "x > 2" }, any(2)))).toMatchObject([
    { change: "changed", path: "query.rules[1]" },
    { change: "changed", path: "query.rules[0]" },
  ]);
  const member = (segment: string, operator: string) => ({ segment, operator });
  expect(queryDifference(all(member("s", "member")), all(member("s", "not_member")))).toMatchObject([
    { change: "changed" },
  ]);
  expect(queryDifference(all(member("s", "member")), all(a))).toMatchObject([
    { change: "removed" },
    { change: "added" },
  ]);
});

test("Q120 nothing is said of what stayed, and no rule is said twice", () => {
  const rule = fc.constantFrom<unknown>(a, b, c, is("a", 2), either(a), either(a, b), { formula: "x" });
  const query = fc.tuple(fc.constantFrom("and", "or"), fc.array(rule, { maxLength: 6 }));
  fc.assert(
    fc.property(query, query, ([before, old], [after, now]) => {
      const changes = queryDifference(
        { combinator: before as "and", rules: old },
        { combinator: after as "or", rules: now },
      );
      const paths = changes.map(({ change, path }) => `${change === "removed"} ${path}`);
      expect(new Set(paths).size).toBe(paths.length);
      for (const { before, after } of changes) expect(before).not.toEqual(after);
      if (JSON.stringify([before, old]) === JSON.stringify([after, now])) expect(changes).toEqual([]);
      else expect(changes.length).toBeGreaterThan(0);
    }),
  );
});
