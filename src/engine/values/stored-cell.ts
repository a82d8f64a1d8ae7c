/**
 * From what came through the API to the cell that is stored: datetimes get their offset, other values stay as
 * they came. (Files name their own date formats; the CSV reader makes the same cells.)
 */
import { isBlank } from "./blank.ts";
import { parseIsoDate } from "./calendar.ts";
import { formatInstant, parseIsoDateTime, withinYears } from "./date-time.ts";
import type { Cell, Field } from "./types.ts";
import { instantOfLocal, startOfDay } from "./zone.ts";

/** The cell to store. A datetime without an offset is read in the workspace's zone, a bare date as its day's start. */
export function storedCell(field: Pick<Field, "type">, cell: Cell, timeZone: string): Cell {
  if (typeof cell === "string" && isBlank(cell)) return null;
  return field.type === "datetime" && typeof cell === "string" ? storedInstant(cell, timeZone) : cell;
}

function storedInstant(text: string, timeZone: string): string {
  const days = parseIsoDate(text);
  if (days !== null) return formatInstant(startOfDay(timeZone, days));
  const parts = parseIsoDateTime(text);
  if (parts === null || parts.offset !== null) return text;
  const instant = withinYears(instantOfLocal(timeZone, parts.local));
  return instant === null ? text : formatInstant(instant);
}
