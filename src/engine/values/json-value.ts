/** What JSON answers carry: typed values; what does not fit its type, as it came. */
import { isBlank } from "./blank.ts";
import { formatDate } from "./calendar.ts";
import { formatInstant } from "./date-time.ts";
import { parseTextArray, typedValue } from "./typed-value.ts";
import type { Cell, Field } from "./types.ts";

/** A number, a boolean, `YYYY-MM-DD`, an RFC 3339 instant in UTC, a string, an array of strings, or null. */
export function jsonValue(field: Pick<Field, "type">, cell: Cell | undefined): Cell {
  if (cell === null || cell === undefined) return null;
  if (field.type === "text_array") return parseTextArray(cell) ?? asItCame(cell);
  const value = typedValue(field, cell);
  if (value === null) return asItCame(cell);
  if (field.type === "date") return formatDate(value as number);
  if (field.type === "datetime") return formatInstant(value as number);
  return value;
}

function asItCame(cell: Exclude<Cell, null>): Cell {
  return typeof cell === "string" && isBlank(cell) ? null : cell;
}
