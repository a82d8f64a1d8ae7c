import { expect, test } from "vitest";
import { homePart, homeShard } from "./home.ts";

test("S19 the home of a key never changes", () => {
  const keys = ["", "a", "c42", "0001", "7590-VHVEG", "ключ", "👋"];
  expect(keys.map((key) => homeShard(key, 16))).toEqual(PINNED);
});

test("S19 keys that differ in their last digit spread evenly", () => {
  const counts = new Array<number>(8).fill(0);
  for (let i = 0; i < 80_000; i++) counts[homeShard(`customer-${i}`, 8)]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test("S15 equal rows without a key live together", () => {
  expect(homePart("abc.7", true)).toBe("abc");
  expect(homePart("abc", true)).toBe("abc");
  expect(homePart("a.b", false)).toBe("a.b");
});

const PINNED = [11, 7, 13, 4, 6, 6, 1];
