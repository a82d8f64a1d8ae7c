/** What JSON answers carry: typed values; what does not fit its type, as it came. */
import { isBlank } from "./blank.ts";
import { formatDate } from "./calendar.ts";
import { formatInstant } from "./date-time.ts";
import { parseTextArray, typedValue } from "./typed-value.ts";
import type { Cell, Field, FieldType, TypedValue } from "./types.ts";

/** A number, a boolean, `YYYY-MM-DD`, an RFC 3339 instant in UTC, a string, an array of strings, or null. */
export function jsonValue(field: Pick<Field, "type">, cell: Cell | undefined): Cell {
  if (cell === null || cell === undefined) return null;
  if (field.type === "text_array") return parseTextArray(cell) ?? asItCame(cell);
  const value = typedValue(field, cell);
  return value === null ? asItCame(cell) : jsonOfTyped(field.type, value);
}

/** The same of a typed value. */
export function jsonOfTyped(type: FieldType, value: TypedValue): Cell {
  if (value === null) return null;
  if (type === "date") return formatDate(value as number);
  return type === "datetime" ? formatInstant(value as number) : value;
}

function asItCame(cell: Exclude<Cell, null>): Cell {
  return typeof cell === "string" && isBlank(cell) ? null : cell;
}
