/** Between JSON values and the cells of a row. */
import { type Cell, type Field, jsonValue, numberText, storedCell } from "../../engine/index.ts";
import type { StoredRecord } from "../../shard/interface.ts";

/** Why a value cannot be stored at all; a value that only does not fit its field's type is kept as it came. */
export function wrongShape(value: unknown): string | null {
  if (value === null || typeof value === "string" || typeof value === "boolean") return null;
  if (typeof value === "number") return Number.isFinite(value) ? null : "is a number too large to keep";
  if (!Array.isArray(value)) return "is an object; send its parts as fields of their own";
  return value.every((item) => typeof item === "string") ? null : "is a list of other things than text";
}

/** The cell to store for a JSON value of a right shape. */
export function cellOf(field: Pick<Field, "type">, value: unknown, timeZone: string): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return field.type === "number" ? value : numberText(value);
  if (typeof value === "boolean") return field.type === "boolean" ? value : String(value);
  if (Array.isArray(value)) return field.type === "text_array" ? value.map(String) : JSON.stringify(value);
  return storedCell(field, String(value), timeZone);
}

/** A record's values by field name, typed; null where empty. */
export function recordData(fields: readonly Field[], record: StoredRecord): Record<string, Cell> {
  return Object.fromEntries(fields.map((field) => [field.name, jsonValue(field, record.cells[field.id])]));
}
