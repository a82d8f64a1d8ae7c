import { expect, test } from "vitest";
import { Places } from "./places.ts";
import type { RelatedRows } from "./related-rows.ts";

const CHUNK = 65_536;
type Stored = Pick<RelatedRows, "last" | "lastWithin">;

/** What is stored, as `last` and `lastWithin` tell it. */
function stored(...copies: { row: number; parent_row: number }[]): RelatedRows {
  const rows: Stored = {
    last: () => Math.max(-1, ...copies.map(({ row }) => row)),
    lastWithin: (_, from, to) => copies.findLast(({ row }) => row >= from && row <= to),
  };
  return rows as RelatedRows;
}

test("R22 copies of neighbouring parents lie in the same chunks, those without a parent in others", () => {
  const places = new Places(stored(), 0);
  expect(places.take(7)).toBe(0);
  expect(places.take(CHUNK + 1)).toBe(CHUNK);
  expect(places.take(-1)).toBe(2 * CHUNK);
  expect(places.take(8)).toBe(1);
  expect(places.take(CHUNK + 2)).toBe(CHUNK + 1);
  for (let i = 2; i < CHUNK; i++) places.take(9);
  expect(places.take(9)).toBe(3 * CHUNK);
});

test("R22 after a restart numbers go on where they were, and none is given twice", () => {
  const places = new Places(stored({ row: 4, parent_row: 3 }, { row: CHUNK + 9, parent_row: -1 }), 0);
  expect(places.take(1)).toBe(5);
  expect(places.take(-1)).toBe(CHUNK + 10);
  expect(places.take(CHUNK)).toBe(2 * CHUNK);
  const full = new Places(stored({ row: CHUNK - 1, parent_row: 3 }), 0);
  expect(full.take(3)).toBe(CHUNK);
});
