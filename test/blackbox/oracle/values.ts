/** What a cell means for a field's type (QUERY section 1), read as naively as possible. */

export type FieldType = "text" | "number" | "boolean" | "date" | "datetime" | "text_array";

/** null is empty; dates are ISO strings; datetimes epoch milliseconds. */
export type Value = null | string | number | boolean | readonly string[];

const NUMBER = /^[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

export function read(type: FieldType, cell: unknown): Value {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === "string" && cell.trim() === "") return null;
  if (type === "text") return typeof cell === "string" ? cell : null;
  if (type === "number") return readNumber(cell);
  if (type === "boolean") return readBoolean(cell);
  if (type === "date") return typeof cell === "string" && isDate(cell) ? cell : null;
  if (type === "datetime") return readInstant(cell);
  return Array.isArray(cell) ? (cell as string[]) : null;
}

function readNumber(cell: unknown): number | null {
  if (typeof cell === "number") return cell;
  return typeof cell === "string" && NUMBER.test(cell) ? Number(cell) : null;
}

function readBoolean(cell: unknown): boolean | null {
  if (typeof cell === "boolean") return cell;
  if (typeof cell !== "string") return null;
  const lower = cell.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : null;
}

export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

function readInstant(cell: unknown): number | null {
  return typeof cell === "string" && INSTANT.test(cell) && isDate(cell.slice(0, 10)) ? Date.parse(cell) : null;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The local date of an instant, as ISO text. */
export function localDate(instant: number, zone: string): string {
  let format = formatters.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    formatters.set(zone, format);
  }
  return format.format(instant);
}
