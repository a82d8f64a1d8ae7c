/** A formula's value over one row; null is empty. Dates are ISO text, datetimes epoch milliseconds. */
import { beginsWith, endsWith, hasText, sameText } from "../text.ts";
import { isDate, type Value } from "../values.ts";
import { parse, type Tree } from "./parse.ts";

export interface Around {
  field(name: string): Value;
  lookup(via: string, name: string): Value;
  now(): number;
  /** The local date of an instant. */
  dateOf(instant: number): string;
}

export const evaluateFormula = (formula: string, around: Around): Value => evaluate(parse(formula), around);

function evaluate(tree: Tree, around: Around): Value {
  if (tree.is === "value") return tree.value;
  if (tree.is === "field") return tree.via === undefined ? around.field(tree.name) : around.lookup(tree.via, tree.name);
  const { name, args } = tree;
  const at = (n: number): Value => {
    const arg = args[n];
    if (!arg) throw new Error(`the oracle misses argument ${n} of ${name}`);
    return evaluate(arg, around);
  };
  if (name === "if") return at(0) === true ? at(1) : at(2);
  if (name === "and") return at(0) === true && at(1) === true;
  if (name === "or") return at(0) === true || at(1) === true;
  if (name === "not") return at(0) !== true;
  if (name === "coalesce") return args.map((_, n) => at(n)).find((value) => value !== null) ?? null;
  if (name === "now") return around.now();
  if (name === "today") return around.dateOf(around.now());
  const values = args.map((_, n) => at(n));
  if (comparisons.includes(name)) return !values.includes(null) && compare(name, values as Filled[]);
  return values.includes(null) ? null : call(name, values as Filled[], around);
}

type Filled = Exclude<Value, null>;

const comparisons = ["==", "!=", "<", "<=", ">", ">=", "contains", "starts_with", "ends_with"];

function compare(name: string, [a, b]: Filled[]): boolean {
  if (typeof a === "string" && typeof b === "string" && !isDate(a)) {
    if (name === "==") return sameText(a, b, false);
    if (name === "!=") return !sameText(a, b, false);
    if (name === "contains") return hasText(a, b, false);
    if (name === "starts_with") return beginsWith(a, b, false);
    if (name === "ends_with") return endsWith(a, b, false);
  }
  const [x, y] = [a as number, b as number];
  const truths: Readonly<Record<string, boolean>> = {
    "==": x === y,
    "!=": x !== y,
    "<": x < y,
    "<=": x <= y,
    ">": x > y,
    ">=": x >= y,
  };
  const truth = truths[name];
  if (truth === undefined) throw new Error(`the oracle cannot compare by ${name}`);
  return truth;
}

function call(name: string, values: Filled[], around: Around): Value {
  const date = (n: number): string => {
    const value = values[n];
    return typeof value === "number" ? around.dateOf(value) : String(value);
  };
  const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
  const text = (n = 0): string => String(values[n]);
  const [x = 0, y = 0] = values as number[];
  switch (name) {
    case "+":
      return x + y;
    case "-":
      return x - y;
    case "*":
      return x * y;
    case "/":
      return y === 0 ? null : x / y;
    case "negate":
      return -x;
    case "lower":
      return text().toLowerCase();
    case "upper":
      return text().toUpperCase();
    case "length":
      return [...text()].length;
    case "concat":
      return values.map(String).join("");
    case "domain":
      return text().includes("@")
        ? text()
            .slice(text().lastIndexOf("@") + 1)
            .toLowerCase()
        : null;
    case "round":
      return Math.round(x);
    case "floor":
      return Math.floor(x);
    case "ceil":
      return Math.ceil(x);
    case "abs":
      return Math.abs(x);
    case "min":
      return Math.min(...(values as number[]));
    case "max":
      return Math.max(...(values as number[]));
    case "days_between":
      return day(date(1)) - day(date(0));
    case "days_since":
      return day(around.dateOf(around.now())) - day(date(0));
    case "year":
      return Number(date(0).slice(0, 4));
    case "month":
      return Number(date(0).slice(5, 7));
    default:
      throw new Error(`the oracle knows no function ${name}`);
  }
}
