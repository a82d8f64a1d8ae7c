import { expect, test } from "vitest";
import { sum, tallyOf } from "./tally.ts";

const report = (numPassedTests: number, numFailedTests: number, ...testResults: [string, number][]) => ({
  numPassedTests,
  numFailedTests,
  testResults: testResults.map(([status, tests]) => ({ status, assertionResults: Array(tests).fill({}) })),
});

test("tests are counted as vitest counts them", () => {
  expect(tallyOf(report(5, 0, ["passed", 5]), true)).toEqual({ passed: 5, failed: 0 });
  expect(tallyOf(report(4, 1, ["failed", 5]), false)).toEqual({ passed: 4, failed: 1 });
});

test("a file that could not be loaded is a failure", () => {
  expect(tallyOf(report(4, 1, ["failed", 5], ["failed", 0]), false)).toEqual({ passed: 4, failed: 2 });
});

test("a step that ran nothing, wrote nothing or ended badly is a failure", () => {
  expect(tallyOf(report(0, 0), true)).toEqual({ passed: 0, failed: 1 });
  expect(tallyOf(null, false)).toEqual({ passed: 0, failed: 1 });
  expect(tallyOf(report(3, 0, ["passed", 3]), false)).toEqual({ passed: 3, failed: 1 });
});

test("tallies add up", () => {
  expect(
    sum([
      { passed: 1, failed: 2 },
      { passed: 3, failed: 0 },
    ]),
  ).toEqual({ passed: 4, failed: 2 });
});
