import { expect, test } from "vitest";
import { citationsOf, compareRules, prefixesOf, rulesOf } from "./spec-rules.ts";

const PAGE =
  "# Queries\n\n- **Q1** An empty group matches every record.\n- **Q2a** Depth is at most 8.\n\nQ3 is only talk.\n";
const prefixes = new Set(["Q", "SH"]);
const cite = (source: string): string[] => citationsOf("a.test.ts", source, prefixes).map(({ id }) => id);

test("rules are the list entries that begin with a bold id", () => {
  const rules = rulesOf("docs/spec/query.md", PAGE);
  expect(rules.map(({ id }) => id)).toEqual(["Q1", "Q2a"]);
  expect([...prefixesOf(rules)]).toEqual(["Q"]);
});

test("ids are read from the names of tests", () => {
  expect(cite('test("Q1 an empty group matches", () => {});')).toEqual(["Q1"]);
  expect(cite("describe(`rows (Q1, Q2a)`, () => {});")).toEqual(["Q1", "Q2a"]);
  expect(cite('test.each([["a"], ["b"]])("SH3 holds for %s", () => {});')).toEqual(["SH3"]);
  expect(cite('it.for(\n  cases,\n)("Q4 and Q5 hold", () => {});')).toEqual(["Q4", "Q5"]);
  expect(cite('const cases = [{ name: "Q6: depth" }];')).toEqual(["Q6"]);
  expect(cite('onBothHosts("SH1 SH2 durable", () => {});')).toEqual(["SH1", "SH2"]);
});

test("other prefixes and other strings are no citations", () => {
  expect(cite('test("UTF8 and SHA256 and D1 work", () => {}); const key = "Q9";')).toEqual([]);
});

test("each disagreement is a sentence", () => {
  const rules = [...rulesOf("query.md", PAGE), { id: "Q1", file: "other.md" }];
  expect(
    compareRules(rules, [
      { id: "Q1", file: "a.test.ts" },
      { id: "Q7", file: "a.test.ts" },
    ]),
  ).toEqual([
    "other.md: rule Q1 stands in query.md already",
    "query.md: no test's name contains Q2a",
    "a.test.ts: cites Q7, which is no rule in docs/spec",
  ]);
});
