import { expect, test } from "vitest";
import { missingParts, partsOf } from "./parts.ts";

test("W10 a file is cut into numbered parts of one size, the last with what is left", () => {
  expect(partsOf(20, 8)).toEqual([
    { part: 1, from: 0, bytes: 8 },
    { part: 2, from: 8, bytes: 8 },
    { part: 3, from: 16, bytes: 4 },
  ]);
  expect(partsOf(8, 8)).toHaveLength(1);
  expect(partsOf(0, 8)).toEqual([{ part: 1, from: 0, bytes: 0 }]);
});

test("W11 an upload that goes on sends just the parts that are not up whole", () => {
  const parts = partsOf(20, 8);
  const done = [
    { part: 1, bytes: 8 },
    { part: 3, bytes: 2 },
  ];
  expect(missingParts(parts, done).map(({ part }) => part)).toEqual([2, 3]);
});
