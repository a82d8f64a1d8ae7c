/** The judge is judged first: examples of QUERY.md that the naive evaluator must get right by itself. */
import { expect, test } from "vitest";
import { matches, type World } from "./evaluate.ts";
import { beginsWith, hasText, sameText } from "./text.ts";

const world: World = { types: { name: "text", amount: "number", at: "datetime" }, zone: "America/New_York" };
const holds = (field: string, operator: string, value: unknown, cell: unknown) =>
  matches({ combinator: "and", rules: [{ field, operator, value }] }, { [field]: cell }, world);

test("folding is simple: ß is not ss, İ is only itself, every sigma is one", () => {
  expect(sameText("Straße", "STRAẞE", false)).toBe(true);
  expect(sameText("Straße", "STRASSE", false)).toBe(false);
  expect(sameText("İ", "i", false)).toBe(false);
  expect(sameText("İ", "i\u0307", false)).toBe(false);
  expect(sameText("I", "ı", false)).toBe(false);
  expect(sameText("ΣΑΣ", "σας", false)).toBe(true);
  expect(hasText("µm", "Μ", false)).toBe(true);
  expect(beginsWith("kelvin", "\u212a", false)).toBe(true);
});

test("an empty value satisfies the negative operators alone", () => {
  expect(holds("name", "not_equals", "x", null)).toBe(true);
  expect(holds("name", "not_contains", "x", "  ")).toBe(true);
  expect(holds("amount", "less_than", 5, "abc")).toBe(false);
});

test("a date against a datetime is the whole local day", () => {
  expect(holds("at", "on", "2024-03-09", "2024-03-10T04:59:00Z")).toBe(true);
  expect(holds("at", "after", "2024-03-09", "2024-03-10T04:59:00Z")).toBe(false);
  expect(holds("at", "after", "2024-03-09", "2024-03-10T05:00:00Z")).toBe(true);
});
