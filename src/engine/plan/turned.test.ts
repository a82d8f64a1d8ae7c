import fc from "fast-check";
import { expect, test } from "vitest";
import { parseQuery } from "../query/parse.ts";
import { anyQuery, anyRow, anySchema, zones } from "../testing/arbitraries.ts";
import type { Cell } from "../values/types.ts";
import { SegmentSet } from "./segment-set.ts";

const now = Date.parse("2024-03-10T12:00:00Z");

const anyCase = anySchema.chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    timeZone: fc.constantFrom(...zones),
    queries: fc.array(anyQuery(schema), { minLength: 1, maxLength: 8 }),
    before: anyRow(schema),
    after: anyRow(schema),
    changed: fc.subarray(schema.map(({ id }) => id)),
  }),
);

test("M24 a change visits the segments whose verdict it turns and no other, and tells the verdict after it", () => {
  let [turned, spared] = [0, 0];
  fc.assert(
    fc.property(anyCase, ({ schema, timeZone, queries, before, after, changed }) => {
      const set = new SegmentSet({ fields: schema, timeZone });
      for (const [i, json] of queries.entries()) {
        const parsed = parseQuery(json, { fields: schema });
        if (!parsed.ok) throw new Error(parsed.problem.detail);
        set.set(`s${i}`, parsed.value);
      }
      const cells: Cell[] = before.map((cell, id) => (changed.includes(id) ? (after[id] ?? null) : cell));
      const moment = { now, timeZone };
      const was = set.evaluateRow(before, null, moment);
      const is = set.evaluateRow(cells, null, moment);
      const told = new Map<string, boolean>();
      set.visitChange(1, before, cells, changed, moment, (id, member) => {
        told.set(id, member);
        return was.get(id) !== member;
      });
      for (const [id, member] of is) {
        expect(told.get(id)).toBe(was.get(id) === member ? undefined : member);
        turned += Number(was.get(id) !== member);
        spared += Number(!told.has(id) && changed.length > 0);
      }
    }),
    { numRuns: 400 },
  );
  expect(Math.min(turned, spared)).toBeGreaterThan(50);
});
