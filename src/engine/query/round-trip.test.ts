import fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../plan/compile.ts";
import { anyQuery, anySchema } from "../testing/arbitraries.ts";
import { anyFullQuery } from "../testing/arbitrary-queries.ts";
import { shop } from "../testing/shop.ts";
import { describe } from "./describe.ts";
import { parseQuery } from "./parse.ts";
import type { QuerySchema } from "./schema.ts";
import { queryToJson } from "./to-json.ts";

/** The query, read again from what is stored of it. */
function readsBack(json: unknown, schema: QuerySchema): void {
  const first = parseQuery(json, schema);
  if (!first.ok) throw new Error(`${JSON.stringify(json)}: ${first.problem.detail}`);
  const stored = JSON.parse(JSON.stringify(queryToJson(first.value, schema)));
  expect(parseQuery(stored, schema)).toEqual(first);
  expect(JSON.parse(JSON.stringify(first.value))).toEqual(first.value);
  expect(queryToJson(first.value, schema)).toEqual(stored);
}

test("Q16 the JSON form with names reads back as the same query", () => {
  const cases = anySchema.chain((fields) => fc.record({ fields: fc.constant(fields), json: anyQuery(fields) }));
  fc.assert(fc.property(cases, ({ fields, json }) => readsBack(json, { fields })));
});

test("Q16 Q70 so does the JSON form of every kind of rule, and each query has a plan and words", () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(anyFullQuery(shop), (json) => {
      readsBack(json, shop);
      const parsed = parseQuery(json, shop);
      if (!parsed.ok) return expect.fail();
      compile(parsed.value, { ...shop, timeZone: "Europe/Berlin" });
      expect(describe(parsed.value, shop, "customers")).toMatch(/customers/);
      for (const [, kind] of JSON.stringify(json).matchAll(
        /"(via|quantifier|aggregate|within|segment|where|formula)":/g,
      )) {
        kinds.add(kind as string);
      }
    }),
    { numRuns: 500 },
  );
  expect([...kinds].sort()).toEqual(["aggregate", "formula", "quantifier", "segment", "via", "where", "within"]);
});
