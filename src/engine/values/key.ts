/** Keys are exact text, with case, trimmed; a JSON number as key is its shortest decimal form. */
import { numberText } from "./number.ts";

/** The key's text, or null where it is blank or cannot be a key. */
export function keyText(value: unknown): string | null {
  if (typeof value === "number") return Number.isFinite(value) ? numberText(value) : null;
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "string") return null;
  const text = value.trim();
  return text.length === 0 ? null : text.toWellFormed();
}
