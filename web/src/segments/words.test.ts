import fc from "fast-check";
import { expect, test } from "vitest";
import { clauseOf } from "./clause.ts";
import { replacedAt } from "./replacedAt.ts";
import { wordDiff } from "./wordDiff.ts";

test("W68 the words that came and went make the later sentence of the earlier one", () => {
  const sentence = fc.array(fc.constantFrom("state", "is", "CA", "and", "spend", "80"), { maxLength: 12 });
  fc.assert(
    fc.property(sentence, sentence, (before, after) => {
      const stretches = wordDiff(before.join(" "), after.join(" "));
      const without = (kind: string) =>
        stretches.filter((stretch) => stretch.kind !== kind).flatMap(({ text }) => text.split(" "));
      expect(without("added")).toEqual(before);
      expect(without("removed")).toEqual(after);
    }),
  );
  expect(wordDiff("records whose spend is 80", "records whose spend is more than 90")).toEqual([
    { kind: "same", text: "records whose spend is" },
    { kind: "removed", text: "80" },
    { kind: "added", text: "more than 90" },
  ]);
  expect(wordDiff("records whose state is “CA”", "records whose spend is 90")).toEqual([
    { kind: "same", text: "records whose" },
    { kind: "removed", text: "state is “CA”" },
    { kind: "added", text: "spend is 90" },
  ]);
});

test("W69 a condition's sentence is shown without saying of whom it speaks", () => {
  expect(clauseOf("records whose state is “CA”")).toBe("state is “CA”");
  expect(clauseOf("records that have at least one purchase")).toBe("have at least one purchase");
  expect(clauseOf("customers who are in the segment Loyal")).toBe("are in the segment Loyal");
  expect(clauseOf("records for which orders > 0")).toBe("orders > 0");
  expect(clauseOf("something else")).toBe("something else");
});

test("W69 a better form takes the place of the rule or group at a path", () => {
  const rule = (n: number) => ({ field: "a", operator: "equals", value: n });
  const query = {
    combinator: "and" as const,
    rules: [rule(1), { combinator: "or" as const, rules: [rule(2), rule(3)] }],
  };
  expect(replacedAt(query, "query.rules[1].rules[0]", rule(9)).rules[1]).toEqual({
    combinator: "or",
    rules: [rule(9), rule(3)],
  });
  expect(replacedAt(query, "query.rules[1]", rule(9)).rules).toEqual([rule(1), rule(9)]);
  expect(replacedAt(query, "query", rule(9))).toEqual({ combinator: "and", rules: [rule(9)] });
  expect(replacedAt(query, "query", { combinator: "or", rules: [] })).toEqual({ combinator: "or", rules: [] });
});
