import { expect, test } from "vitest";
import { namedSegments } from "./named-segments.ts";
import type { StoredQuery } from "./schema/segments.ts";
import { soundSegments } from "./sound-segments.ts";

const member = (segment: string) => ({ segment, operator: "member" });
const all = (...rules: unknown[]): StoredQuery => ({ combinator: "and", rules });
const segment = (id: string, query: StoredQuery) => ({ id, name: id.toUpperCase(), query });

test("Q100 the segments that a query names, with the places where it does", () => {
  const where = all(member("c"), { combinator: "or", rules: [member("d")] });
  const query = all(
    { field: "x" },
    member("a"),
    { conditions: [member("b")] },
    { related: "r", quantifier: "any", where },
  );
  expect(namedSegments(query)).toEqual([
    { id: "a", path: "query.rules[1].segment", own: true },
    { id: "b", path: "query.rules[2].conditions[0].segment", own: true },
    { id: "c", path: "query.rules[3].where.rules[0].segment", own: false },
    { id: "d", path: "query.rules[3].where.rules[1].rules[0].segment", own: false },
  ]);
  expect(namedSegments(null)).toEqual([]);
});

test("Q101 whoever another segment reads stands before it", () => {
  const segments = [
    segment("a", all(member("c"), member("b"))),
    segment("b", all(member("c"))),
    segment("c", all()),
    segment("d", all()),
  ];
  const schema = { fields: [], segments };
  expect([...soundSegments(segments, schema).keys()]).toEqual(["c", "b", "a", "d"]);
  expect([...soundSegments(segments, schema, segments.slice(1, 2)).keys()]).toEqual(["c", "b"]);
});

test("Q102 whoever reads a segment that is not valid any more fails with it, and says so", () => {
  const segments = [
    segment("a", all(member("b"))),
    segment("b", all(member("c"))),
    segment("c", all({ field: "gone", operator: "is_empty" })),
    segment("d", all()),
  ];
  const judged = soundSegments(segments, { fields: [], segments });
  const problems = Object.fromEntries([...judged].map(([id, { parsed }]) => [id, parsed.ok ? null : parsed.problem]));
  expect(problems).toMatchObject({
    a: { code: "segment_failed", path: "query.rules[0].segment" },
    b: { code: "segment_failed", detail: expect.stringMatching(/reads the segment C.*"gone"/) },
    c: { code: "unknown_field" },
    d: null,
  });
});

test("Q103 stored queries that read each other in a circle all fail, and the others stay", () => {
  const segments = [
    segment("a", all(member("b"))),
    segment("b", all(member("c"))),
    segment("c", all(member("a"))),
    segment("d", all()),
  ];
  const judged = soundSegments(segments, { fields: [], segments });
  expect([...judged].filter(([, { parsed }]) => parsed.ok).map(([id]) => id)).toEqual(["d"]);
});
