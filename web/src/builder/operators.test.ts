import { expect, test } from "vitest";
import type { FieldType } from "../api/datasets.ts";
import { arityOf, hasCase, operatorsOf } from "./operators.ts";

const TYPES: readonly FieldType[] = ["text", "number", "boolean", "date", "datetime", "text_array"];

test("W54 a type's operators have words of their own, and one in use is offered even where it usually is not", () => {
  for (const type of TYPES) {
    const labels = operatorsOf(type).map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
  }
  expect(operatorsOf("date", "equals").at(-1)).toEqual({ name: "equals", label: "is exactly" });
  expect(operatorsOf("date", "on")).toBe(operatorsOf("date"));
});

test("W54 an operator takes no value, one, two or many; case matters only where there is text", () => {
  expect(["is_empty", "contains", "between", "in"].map(arityOf)).toEqual(["none", "one", "two", "many"]);
  expect([hasCase("text", "contains"), hasCase("text", "is_empty"), hasCase("number", "equals")]).toEqual([
    true,
    false,
    false,
  ]);
});
