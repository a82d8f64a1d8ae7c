/**
 * What a formula means, as plainly as it can be said: numbers as decimals on big integers, dates as text. Written from
 * docs/spec/formulas.md and sharing no code with the evaluators. Tests only.
 */
import type { Tree } from "./formulas.ts";

/** Dates as `YYYY-MM-DD`, datetimes as epoch milliseconds; null is empty. */
export type OracleValue = null | string | number | boolean | readonly string[];
export type OracleRow = (name: string) => OracleValue;

export interface OracleMoment {
  readonly now: number;
  readonly timeZone: string;
}

export function oracleValueOf(tree: Tree, row: OracleRow, moment: OracleMoment): OracleValue {
  if (tree.kind === "field") return row(tree.name);
  if (tree.kind === "value") return literal(tree.type, tree.value, moment);
  const value = (index: number): OracleValue => oracleValueOf(tree.args[index] as Tree, row, moment);
  const all = (): OracleValue[] => tree.args.map((arg) => oracleValueOf(arg, row, moment));
  const type = (index: number): string => (tree.args[index] as Tree).type;
  const day = (index: number): string | null => dayOf(type(index), value(index), moment);
  switch (tree.name) {
    case "and":
      return all().every((one) => one === true);
    case "or":
      return all().includes(true);
    case "not":
      return value(0) !== true;
    case "if":
      return value(0) === true ? value(1) : tree.args.length > 2 ? value(2) : null;
    case "coalesce":
      return all().find((one) => one !== null) ?? null;
    case "is_empty":
      return value(0) === null;
    case "min":
    case "max": {
      const [first, ...rest] = all().filter((one) => one !== null) as number[];
      return first === undefined ? null : rest.reduce((a, b) => ((tree.name === "min" ? b < a : b > a) ? b : a), first);
    }
    case "today":
      return localDate(moment.now, moment.timeZone);
    case "now":
      return moment.now;
    case "concat":
      return notBlank(tree.args.map((arg) => piece(arg, row, moment)).join(""));
    case "days_since":
      return days(day(0), localDate(moment.now, moment.timeZone));
    case "days_between":
      return days(day(0), day(1));
    case "year":
    case "month":
    case "weekday":
      return partOf(tree.name, day(0));
    case "==":
    case "<":
    case "<=":
      return compare(tree, value(0), value(1), moment);
    case "!=":
      return !compare({ ...tree, name: "==" }, value(0), value(1), moment);
    case ">":
      return compare({ ...tree, name: "<", args: tree.args.toReversed() }, value(1), value(0), moment);
    case ">=":
      return compare({ ...tree, name: "<=", args: tree.args.toReversed() }, value(1), value(0), moment);
    default:
      break;
  }
  const [a, b] = all();
  if (a === null || b === null) return tree.type === "boolean" ? false : null;
  if (type(0) === "number") return arithmetic(tree.name, a as number, (b as number | undefined) ?? 0);
  return onText(tree.name, a as string | string[], b as string);
}

function literal(type: string, value: string | number | boolean, { timeZone }: OracleMoment): OracleValue {
  if (type === "datetime") return instantOf(value as string, timeZone);
  return typeof value === "string" && type === "text" ? notBlank(value) : value;
}

const notBlank = (text: string): string | null => (text.trim() === "" ? null : text);

function piece(arg: Tree, row: OracleRow, moment: OracleMoment): string {
  if (arg.kind === "value" && arg.type === "text") return arg.value as string;
  const value = oracleValueOf(arg, row, moment);
  return value === null ? "" : value === 0 ? "0" : String(value);
}

function compare(tree: Extract<Tree, { kind: "call" }>, a: OracleValue, b: OracleValue, moment: OracleMoment): boolean {
  if (a === null || b === null) return false;
  const [left, right] = tree.args as [Tree, Tree];
  if (left.type === "text") return same([...(a as string)], [...(b as string)]);
  const dated = left.type !== right.type;
  const x = (dated ? dayOf(left.type, a, moment) : a) as number | string;
  const y = (dated ? dayOf(right.type, b, moment) : b) as number | string;
  return tree.name === "==" ? x === y : tree.name === "<" ? x < y : x <= y;
}

function dayOf(type: string, value: OracleValue, { timeZone }: OracleMoment): string | null {
  return type === "datetime" && value !== null ? localDate(value as number, timeZone) : (value as string | null);
}

function days(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

function partOf(name: string, day: string | null): number | null {
  if (day === null) return null;
  if (name === "weekday") return ((new Date(day).getUTCDay() + 6) % 7) + 1;
  return Number(name === "year" ? day.slice(0, 4) : day.slice(5, 7));
}

const walls = new Map<string, Intl.DateTimeFormat>();

function wallClock(instant: number, timeZone: string): string {
  const date = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  const format = walls.get(timeZone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone, ...date, ...time });
  walls.set(timeZone, format);
  return format.format(instant).replace(" ", "T");
}

const localDate = (instant: number, timeZone: string): string => wallClock(instant, timeZone).slice(0, 10);

const instants = new Map<string, number>();

/** Where a clock jumped over it, the first quarter of an hour that shows something later. */
function instantOf(text: string, timeZone: string): number {
  if (text.endsWith("Z")) return Date.parse(text);
  const key = `${text} ${timeZone}`;
  let at = instants.get(key);
  if (at === undefined) {
    const from = Date.parse(`${text}Z`) - 15 * 3_600_000;
    const steps = Array.from({ length: 121 }, (_, i) => from + i * 900_000);
    const exact = steps.find((step) => wallClock(step, timeZone) === text);
    at = exact ?? (steps.find((step) => wallClock(step, timeZone) >= text) as number);
    instants.set(key, at);
  }
  return at;
}

/** A number as a whole number of 10^-places, where it has up to six decimals and fifteen digits; else null. */
function decimal(x: number): { readonly whole: bigint; readonly places: number } | null {
  const [mantissa = "", exponent = "0"] = x.toExponential().split("e");
  const [before = "", after = ""] = mantissa.replace("-", "").split(".");
  const places = Math.max(0, after.length - Number(exponent));
  const digits = `${before}${after}${"0".repeat(Math.max(0, Number(exponent) - after.length))}`;
  const whole = BigInt(digits) * (x < 0 ? -1n : 1n);
  return places > 6 || (whole < 0n ? -whole : whole) > 10n ** 15n ? null : { whole, places };
}

const LARGEST = 2n ** 53n;
const small = (whole: bigint): boolean => whole <= LARGEST && whole >= -LARGEST;
const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

function arithmetic(name: string, x: number, y: number): number | null {
  switch (name) {
    case "neg":
      return -x;
    case "abs":
      return Math.abs(x);
    case "floor":
      return Math.floor(x);
    case "ceil":
      return Math.ceil(x);
    case "round":
      return rounded(x, y);
    case "/":
      return y === 0 ? null : finite(exactly(name, x, y) ?? x / y);
    case "%":
      return y === 0 ? null : finite(exactly(name, x, y) ?? x % y);
    case "+":
      return finite(exactly(name, x, y) ?? x + y);
    case "-":
      return finite(exactly(name, x, y) ?? x - y);
    case "*":
      return finite(exactly(name, x, y) ?? x * y);
    default:
      throw new Error(`the oracle does not know ${name}`);
  }
}

/** Null where the numbers are not decimals, or their whole numbers are too large. */
function exactly(name: string, x: number, y: number): number | null {
  const [a, b] = [decimal(x), decimal(y)];
  if (a === null || b === null) return null;
  if (name === "*") return small(a.whole * b.whole) ? Number(`${a.whole * b.whole}e-${a.places + b.places}`) : null;
  const places = Math.max(a.places, b.places);
  const [left, right] = [a.whole * 10n ** BigInt(places - a.places), b.whole * 10n ** BigInt(places - b.places)];
  if (!small(left) || !small(right)) return null;
  if (name === "/") return Number(left) / Number(right);
  const result = name === "+" ? left + right : name === "-" ? left - right : left % right;
  return small(result) ? Number(`${result}e-${places}`) : null;
}

/** Half away from zero, on the digits of the shortest decimal form. */
function rounded(x: number, digits: number): number | null {
  const [mantissa = "", exponent = "0"] = Math.abs(x).toExponential().split("e");
  const [before = "", after = ""] = mantissa.split(".");
  const shift = after.length - Number(exponent) - digits;
  const whole = BigInt(before + after);
  if (shift <= 0) return x;
  const step = 10n ** BigInt(shift);
  const up = (whole % step) * 2n >= step ? 1n : 0n;
  return finite(Math.sign(x) * Number(`${whole / step + up}e${-digits}`));
}

function onText(name: string, a: string | readonly string[], b: string): OracleValue {
  const letters = [...a];
  const sought = [...(b ?? "")];
  const at = (from: number) => from >= 0 && same(letters.slice(from, from + sought.length), sought);
  switch (name) {
    case "length":
      return letters.length;
    case "lower":
      return (a as string).toLowerCase();
    case "upper":
      return (a as string).toUpperCase();
    case "domain":
      return host(a as string);
    case "starts_with":
      return at(0);
    case "ends_with":
      return at(letters.length - sought.length);
    case "contains":
      return Array.isArray(a)
        ? a.some((element: string) => same([...element], sought))
        : letters.some((_, from) => at(from));
    default:
      throw new Error(`the oracle does not know ${name}`);
  }
}

function host(text: string): string | null {
  const [, scheme, rest = ""] = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)?(.*)$/is.exec(text.trim()) ?? [];
  const authority = rest.split(/[/?#\\]/)[0] ?? "";
  const found = (authority.split("@").at(-1) ?? "").split(/[:>,;\s]/)[0]?.replace(/\.$/, "") ?? "";
  const labels = found.split(".");
  if (!labels.every((label) => /^[\p{L}\p{N}\p{M}_-]+$/u.test(label))) return null;
  const bare = scheme === undefined && !authority.includes("@");
  const ends = /^[\p{L}_-]*\p{L}/u.test(labels.at(-1) ?? "");
  return bare && (labels.length < 2 || !ends) ? null : found.toLowerCase();
}

const pairs = new Map<string, boolean>();

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((letter, i) => letter === b[i] || sameLetter(letter, b[i] as string));
}

/** ECMAScript compares by simple case folding under the flags `iu`, from the platform's own tables. */
function sameLetter(a: string, b: string): boolean {
  const key = `${a} ${b}`;
  let equal = pairs.get(key);
  if (equal === undefined) {
    equal = new RegExp(`^\\u{${(a.codePointAt(0) as number).toString(16)}}$`, "iu").test(b);
    pairs.set(key, equal);
  }
  return equal;
}
