/**
 * The oracle: what a query means, as plainly as it can be said and with no regard to speed. Written from the
 * specification and sharing no code with the evaluators, their values or their folding. For tests only.
 */
import type { Cell, Field } from "../values/types.ts";
import { oracleInWindow } from "./oracle-windows.ts";

export interface OracleContext {
  readonly fields: readonly Field[];
  readonly timeZone: string;
  /** Epoch milliseconds; 0 where nothing asks for it. */
  readonly now?: number;
}

type Json = Readonly<Record<string, unknown>>;

/** Whether a row (cells by field id) matches a query in its JSON form, which must be valid. */
export function oracleMatches(query: Json, cells: readonly (Cell | undefined)[], context: OracleContext): boolean {
  const rules = query.rules as readonly Json[];
  const truths = rules.map((rule) =>
    "rules" in rule ? oracleMatches(rule, cells, context) : leaf(rule, cells, context),
  );
  const joined = truths.length === 0 || (query.combinator === "and" ? !truths.includes(false) : truths.includes(true));
  return query.not === true ? !joined : joined;
}

const complements: Readonly<Record<string, string>> = {
  not_equals: "equals",
  not_in: "in",
  not_contains: "contains",
  excludes: "includes",
  not_in_last: "in_last",
  is_empty: "is_not_empty",
};

function leaf(rule: Json, cells: readonly (Cell | undefined)[], context: OracleContext): boolean {
  const operator = rule.operator as string;
  const twin = complements[operator];
  if (twin !== undefined) return !leaf({ ...rule, operator: twin }, cells, context);
  const field = context.fields.find(({ name }) => name === rule.field) as Field;
  const value = oracleValue(field, cells[field.id] ?? null);
  if (value === null) return false;
  if (operator === "is_not_empty") return true;
  if (operator === "is_true" || operator === "is_false") return value === (operator === "is_true");
  if (["in_last", "in_next", "in_period"].includes(operator)) {
    return oracleInWindow(rule, value as string | number, { now: context.now ?? 0, timeZone: context.timeZone });
  }
  if (operator === "in")
    return (rule.value as unknown[]).some((one) => compare(field, value, "equals", one, rule, context));
  if (operator === "between") {
    const [low, high] = rule.value as [unknown, unknown];
    return (
      compare(field, value, "greater_or_equal", low, rule, context) &&
      compare(field, value, "less_or_equal", high, rule, context)
    );
  }
  return compare(field, value, operator, rule.value, rule, context);
}

type Typed = string | number | boolean | string[];

function compare(
  field: Field,
  value: Typed,
  operator: string,
  given: unknown,
  rule: Json,
  context: OracleContext,
): boolean {
  if (field.type === "text" || field.type === "text_array") {
    return compareText(value as string | string[], operator, String(given), rule.match_case === true);
  }
  if (field.type === "boolean") return value === (String(given).toLowerCase() === "true");
  if (field.type === "number") return ordered(operator, (value as number) - Number(given));
  if (field.type === "date") return ordered(operator, order(value as string, given as string));
  return compareInstant(value as number, operator, given as string, context.timeZone);
}

function ordered(operator: string, difference: number): boolean {
  if (operator === "equals" || operator === "on") return difference === 0;
  if (operator === "greater_than" || operator === "after") return difference > 0;
  if (operator === "greater_or_equal") return difference >= 0;
  if (operator === "less_than" || operator === "before") return difference < 0;
  if (operator === "less_or_equal") return difference <= 0;
  throw new Error(`the oracle does not know ${operator}`);
}

const order = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

/** A date means the whole local day: local dates are compared. Anything else is an instant. */
function compareInstant(instant: number, operator: string, given: string, timeZone: string): boolean {
  if (given.length === 10) return ordered(operator, order(localDate(instant, timeZone), given));
  const withOffset = /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(given);
  return ordered(operator, instant - (withOffset ? Date.parse(given) : instantOfWall(given, timeZone)));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wall(instant: number, timeZone: string): string {
  const date = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone, ...date, ...time });
  formats.set(timeZone, format);
  return format.format(instant).replace(" ", "T");
}

const localDate = (instant: number, timeZone: string) => wall(instant, timeZone).slice(0, 10);

const found = new Map<string, number>();

function instantOfWall(given: string, timeZone: string): number {
  const key = `${given} ${timeZone}`;
  const instant = found.get(key) ?? searchLocal(given, timeZone);
  found.set(key, instant);
  return instant;
}

/** The first quarter of an hour within 15 hours at which the wall clock shows `given` or, where it jumped over it, something later. */
function searchLocal(given: string, timeZone: string): number {
  const asUtc = Date.parse(`${given}Z`);
  for (let at = asUtc - 15 * 3_600_000; at <= asUtc + 15 * 3_600_000; at += 900_000) {
    if (wall(at, timeZone) === given.slice(0, 19)) return at;
  }
  for (let at = asUtc - 15 * 3_600_000; ; at += 900_000) if (wall(at, timeZone) >= given.slice(0, 19)) return at;
}

function compareText(value: string | string[], operator: string, given: string, matchCase: boolean): boolean {
  if (operator === "includes")
    return (value as string[]).some((element) => sameText([...element], [...given], matchCase));
  const text = [...(value as string)];
  const part = [...given];
  if (operator === "equals") return sameText(text, part, matchCase);
  const at = (from: number) => from >= 0 && sameText(text.slice(from, from + part.length), part, matchCase);
  if (operator === "starts_with") return at(0);
  if (operator === "ends_with") return at(text.length - part.length);
  if (operator === "contains") return text.some((_, from) => at(from));
  throw new Error(`the oracle does not know ${operator}`);
}

function sameText(a: readonly string[], b: readonly string[], matchCase: boolean): boolean {
  return a.length === b.length && a.every((letter, i) => sameLetter(letter, b[i] as string, matchCase));
}

/** ECMAScript compares by simple case folding under the flags `iu`, from the platform's own tables. */
function sameLetter(a: string, b: string, matchCase: boolean): boolean {
  if (a === b || matchCase) return a === b;
  return new RegExp(`^\\u{${(a.codePointAt(0) as number).toString(16)}}$`, "iu").test(b);
}

/** The typed value, dates as `YYYY-MM-DD`, datetimes as epoch milliseconds; null where empty or unfit. */
export function oracleValue(field: Field, cell: Cell): Typed | null {
  if (cell === null || (typeof cell === "string" && cell.trim() === "")) return null;
  switch (field.type) {
    case "text":
      return typeof cell === "object" ? null : String(cell);
    case "number":
      return typeof cell === "number" ? cell : typeof cell === "string" ? oracleNumber(cell) : null;
    case "boolean":
      return typeof cell === "boolean" ? cell : ({ true: true, false: false }[String(cell).toLowerCase()] ?? null);
    case "date":
      return typeof cell === "string" && isRealDate(cell) ? cell : null;
    case "datetime":
      return typeof cell === "string" && isRealDate(cell.slice(0, 10)) ? oracleInstant(cell) : null;
    case "text_array":
      return oracleArray(cell);
  }
}

function oracleNumber(text: string): number | null {
  if (/[^0-9eE.+-]/.test(text) || /^[+-]?0\d/.test(text) || !/\d/.test(text)) return null;
  const digits =
    text
      .split(/[eE]/)[0]
      ?.replace(/[^0-9]/g, "")
      .replace(/^0+/, "") ?? "";
  const value = Number(text);
  return Number.isFinite(value) && digits.length <= 15 && (value !== 0 || digits === "") ? value : null;
}

function isRealDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) && !text.startsWith("0000");
}

function oracleInstant(text: string): number | null {
  const form = /^.{10}[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;
  const instant = form.test(text) ? Date.parse(text.replace(" ", "T")) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}

function oracleArray(cell: Cell): string[] | null {
  let elements: unknown = cell;
  try {
    if (typeof cell === "string") elements = JSON.parse(cell);
  } catch {
    return null;
  }
  const isList = Array.isArray(elements) && elements.length > 0 && elements.every((one) => typeof one === "string");
  return isList ? (elements as string[]) : null;
}
