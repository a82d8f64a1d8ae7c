/**
 * From what came, in a file or through the API, to the cell that is stored: dates and datetimes in ISO, datetimes as
 * instants. What does not fit its field's type stays as it came.
 */
import { isBlank } from "./blank.ts";
import { formatDate } from "./calendar.ts";
import { DATE_FORMATS, type DateFormat, daysIn, type ScannedDate, scanDate, wallClock } from "./date-formats.ts";
import { formatInstant, parseIsoDateTime, withinYears } from "./date-time.ts";
import type { Cell, Field } from "./types.ts";
import { instantOfLocal, startOfDay } from "./zone.ts";

/** The cell to store. A datetime without an offset is read in the workspace's zone, a bare date as its day's start. */
export function storedCell(field: Pick<Field, "type" | "format">, cell: Cell, timeZone: string): Cell {
  if (typeof cell !== "string") return cell;
  if (isBlank(cell)) return null;
  if (field.type === "date") return dateCell(cell, formatOf(field)) ?? cell;
  return field.type === "datetime" ? (instantCell(cell, formatOf(field), timeZone) ?? cell) : cell;
}

/** The format of a field's dates; ISO where none is known. */
export function formatOf(field: Pick<Field, "format">): DateFormat {
  return DATE_FORMATS.find((known) => known === field.format) ?? "y-m-d";
}

/** `YYYY-MM-DD`, or undefined where the text is not a date in this format (or ISO). */
export function dateCell(text: string, format: DateFormat): string | undefined {
  const scanned = scanDate(text);
  if (scanned === null || scanned.time !== null) return undefined;
  const days = daysOf(scanned, format);
  return days === null ? undefined : formatDate(days);
}

/** A UTC instant, or undefined where the text is not a date or datetime in this format (or ISO). */
export function instantCell(text: string, format: DateFormat, timeZone: string): string | undefined {
  const scanned = scanDate(text);
  const days = scanned === null ? null : daysOf(scanned, format);
  if (scanned === null || days === null) return isoInstant(text, timeZone);
  const { time } = scanned;
  if (time === null) return formatInstant(startOfDay(timeZone, days));
  const local = wallClock(days, time);
  const instant = withinYears(time.offset === null ? instantOfLocal(timeZone, local) : local - time.offset);
  return instant === null ? undefined : formatInstant(instant);
}

/** Forms of ISO that people's files do not use. */
function isoInstant(text: string, timeZone: string): string | undefined {
  const parts = parseIsoDateTime(text);
  if (parts === null || parts.offset !== null) return undefined;
  const instant = withinYears(instantOfLocal(timeZone, parts.local));
  return instant === null ? undefined : formatInstant(instant);
}

function daysOf(scanned: ScannedDate, format: DateFormat): number | null {
  return daysIn(scanned, format) ?? daysIn(scanned, "y-m-d");
}
