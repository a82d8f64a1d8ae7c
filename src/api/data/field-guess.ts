/** The type of a field that came with rows of JSON, from the values that it came with. */
import type { FieldType } from "../../engine/index.ts";
import { isBlank, parseInstant, parseIsoDate, parseIsoDateTime } from "../../engine/index.ts";

/** The one type that all values have, else text. Null and blank values say nothing; none at all: null. */
export function guessType(values: readonly unknown[]): FieldType | null {
  let guess: FieldType | null = null;
  for (const value of values) {
    if (value === null || value === undefined || (typeof value === "string" && isBlank(value))) continue;
    const type = typeOf(value);
    if (guess !== null && guess !== type) return "text";
    guess = type;
  }
  return guess;
}

function typeOf(value: unknown): FieldType {
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  if (Array.isArray(value)) return "text_array";
  if (typeof value !== "string") return "text";
  if (parseIsoDate(value) !== null) return "date";
  return parseIsoDateTime(value) !== null || parseInstant(value) !== null ? "datetime" : "text";
}
