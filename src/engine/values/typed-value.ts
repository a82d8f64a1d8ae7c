/** From the stored cell to what the engine compares: QUERY section 1. */
import { isBlank } from "./blank.ts";
import { parseIsoDate } from "./calendar.ts";
import { parseInstant } from "./date-time.ts";
import { numberText, parseNumber } from "./number.ts";
import type { Cell, Field, FieldType, TypedValue } from "./types.ts";

type Reader = (cell: Exclude<Cell, null>) => TypedValue;

const readers: Readonly<Record<FieldType, Reader>> = {
  text: readText,
  number: readNumber,
  boolean: readBoolean,
  date: (cell) => (typeof cell === "string" ? parseIsoDate(cell) : null),
  datetime: (cell) => (typeof cell === "string" ? parseInstant(cell) : null),
  text_array: readTextArray,
};

/**
 * The typed value of a stored cell; null where it is missing, blank, an array without elements,
 * or does not fit the field's type.
 */
export function typedValue(field: Pick<Field, "type">, cell: Cell | undefined): TypedValue {
  return cell === null || cell === undefined ? null : readers[field.type](cell);
}

function readText(cell: Exclude<Cell, null>): string | null {
  if (typeof cell === "string") return isBlank(cell) ? null : cell.toWellFormed();
  if (typeof cell === "number") return Number.isFinite(cell) ? numberText(cell) : null;
  return typeof cell === "boolean" ? String(cell) : null;
}

function readNumber(cell: Exclude<Cell, null>): number | null {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell + 0 : null;
  return typeof cell === "string" ? parseNumber(cell) : null;
}

function readBoolean(cell: Exclude<Cell, null>): boolean | null {
  if (typeof cell === "boolean") return cell;
  return typeof cell === "string" ? parseBoolean(cell) : null;
}

/** `true` or `false` in any case, else null. */
export function parseBoolean(text: string): boolean | null {
  if (text.length === 4 && text.toLowerCase() === "true") return true;
  return text.length === 5 && text.toLowerCase() === "false" ? false : null;
}

function readTextArray(cell: Exclude<Cell, null>): readonly string[] | null {
  const elements = parseTextArray(cell);
  return elements === null || elements.length === 0 ? null : elements;
}

/** The strings of a text array's cell (an array, or JSON text of one), or null where it is something else. */
export function parseTextArray(cell: Exclude<Cell, null>): readonly string[] | null {
  if (Array.isArray(cell)) return onlyStrings(cell);
  if (typeof cell !== "string" || !cell.trimStart().startsWith("[")) return null;
  try {
    return onlyStrings(JSON.parse(cell));
  } catch {
    return null;
  }
}

function onlyStrings(value: unknown): readonly string[] | null {
  if (!Array.isArray(value) || !value.every((element) => typeof element === "string")) return null;
  return value.map((element) => element.toWellFormed());
}
