/** A record's value as text to be edited, and back. What does not read as the field's type stays text: the program keeps it so. */
import type { FieldType } from "../api/datasets.ts";
import type { Value } from "../api/records.ts";

export function writeValue(value: Value): string {
  if (value === null) return "";
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}

export function readValue(text: string, type: FieldType): Value {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (type === "number" && Number.isFinite(Number(trimmed))) return Number(trimmed);
  if (type === "boolean" && /^(true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === "true";
  if (type === "text_array") return readList(trimmed) ?? text;
  return text;
}

function readList(text: string): readonly string[] | null {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : null;
  } catch {
    return null;
  }
}
