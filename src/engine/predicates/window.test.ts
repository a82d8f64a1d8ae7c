import { expect, test } from "vitest";
import { operatorNamed } from "../operators/index.ts";
import { operandsOf } from "../plan/operands.ts";
import type { Comparison } from "../query/ast.ts";
import type { FieldType } from "../values/types.ts";
import { matcherFor } from "./index.ts";
import type { Predicate } from "./predicate.ts";
import { boundPredicate, windowMatcher } from "./window.ts";

const moment = { now: Date.parse("2024-05-15T12:00:00Z"), timeZone: "Europe/Berlin" };

function predicateOf(rule: Comparison, type: FieldType): Predicate {
  const operator = operatorNamed(rule.operator) ?? expect.fail(rule.operator);
  return operator.predicate(operandsOf(rule, { type }, moment.timeZone));
}

test("T9 a window bound to a moment is its spans then, and the two test alike", () => {
  const predicate = predicateOf({ operator: "in_last", value: { n: 2, unit: "day" } }, "datetime");
  expect(predicate).toEqual({ kind: "window", window: { how: "last", n: 2, unit: "day", dated: false } });
  const bound = boundPredicate(predicate, moment);
  const spans = [Date.parse("2024-05-13T22:00:00Z"), Date.parse("2024-05-15T22:00:00Z") - 1];
  expect(bound).toEqual({ predicate: { kind: "spans", spans }, until: (spans[1] as number) + 1 });
  if (predicate.kind !== "window") return expect.fail("no window");
  const matchers = [windowMatcher(predicate, moment), matcherFor(bound.predicate)];
  for (const value of [spans[0], spans[1], moment.now, 0, (spans[1] as number) + 1] as number[]) {
    const [window, plain] = matchers.map((matcher) => matcher.matchesValue({ value, folded: "" }));
    expect([value, window]).toEqual([value, plain]);
  }
  expect(() => matcherFor(predicate)).toThrow(TypeError);
});

test("T9 what does not follow the clock is bound for ever", () => {
  const predicate = predicateOf({ operator: "after", value: "2024-05-15" }, "date");
  expect(boundPredicate(predicate, moment)).toEqual({ predicate, until: Number.POSITIVE_INFINITY });
});

test("T10 not_in_last is in_last's predicate, negated, so that both are evaluated once", () => {
  const value = { n: 1, unit: "week" } as const;
  expect(predicateOf({ operator: "not_in_last", value }, "date")).toEqual(
    predicateOf({ operator: "in_last", value }, "date"),
  );
  expect(["in_last", "not_in_last", "in_next", "in_period"].map((name) => operatorNamed(name)?.negated)).toEqual([
    false,
    true,
    false,
    false,
  ]);
});

test("T4 a period is a window of its own", () => {
  const predicate = predicateOf({ operator: "in_period", value: "last_quarter" }, "date");
  expect(predicate).toEqual({ kind: "window", window: { how: "period", period: "last_quarter", dated: true } });
  expect(boundPredicate(predicate, moment).predicate).toEqual({
    kind: "spans",
    spans: [19_723, 19_813],
  });
});
