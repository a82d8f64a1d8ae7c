/** Numbers, dates and datetimes of a block of rows. */

import type { Call, Expr, Literal } from "../expr.ts";
import { dateOf, datesIn } from "../meaning/days.ts";
import { literalInstant } from "../meaning/literal-value.ts";
import { lettersIn, workOf } from "../meaning/primitives.ts";
import {
  type Arithmetic,
  addBlocks,
  divideBlocks,
  multiplyBlocks,
  remainderBlocks,
  subtractBlocks,
} from "./arithmetic.ts";
import { BLOCK_ROWS, type ChunkScope, type NumberRun, numberAt } from "./block.ts";
import { dateLoop, pairLoops, roundLoop, singleLoops } from "./loops.ts";
import { align, asNumbers, fitsScaled } from "./scale.ts";
import { textRun } from "./texts.ts";
import { truthRun } from "./truths.ts";

/** Of texts and lists: a cell is far smaller. */
const LONGEST = 2 ** 31;

const arithmetics: Readonly<Partial<Record<Call["name"], Arithmetic>>> = {
  "+": addBlocks,
  "-": subtractBlocks,
  "*": multiplyBlocks,
  "/": divideBlocks,
  "%": remainderBlocks,
};

export function numberRun(expr: Expr, at: number): NumberRun {
  if (expr.kind === "literal") return literalRun(expr, at);
  if (expr.kind === "call") return callRun(expr, at);
  const { field } = expr;
  return (scope) => {
    const column = scope.columns(field);
    if (column.family !== "number") throw new TypeError(`a ${column.family} column where numbers are read`);
    const out = numberAt(at);
    if (column.decimals === null) column.readNumbers(scope.first, out.values);
    else column.readWhole(scope.first, out.values);
    return out.known(column.decimals ?? -1, column.bound);
  };
}

function literalRun(literal: Literal, at: number): NumberRun {
  const { value, type } = literal;
  if (type === "datetime")
    return constantRun(at, ({ moment }) => literalInstant(literal, moment.timeZone) ?? Number.NaN);
  const number = value === null ? Number.NaN : (value as number);
  const decimals = decimalsOf(number);
  const filled = constantRun(at, () => (decimals > 0 ? Math.round(number * 10 ** decimals) : number));
  return (scope) => filled(scope).known(decimals, Math.abs(number));
}

export function decimalsOf(number: number): number {
  const size = Math.abs(number);
  const fits = (d: number) => Number(number.toFixed(d)) === number && (d === 0 || fitsScaled(size, d));
  return [0, 1, 2, 3, 4, 5, 6].find(fits) ?? -1;
}

function constantRun(at: number, valueIn: (scope: ChunkScope) => number): NumberRun {
  return (scope) => {
    const out = numberAt(at);
    out.values.fill(valueIn(scope));
    return out.known(-1, Number.POSITIVE_INFINITY);
  };
}

function callRun(call: Call, at: number): NumberRun {
  const { name, args } = call;
  switch (name) {
    case "now":
      return constantRun(at, ({ moment }) => moment.now);
    case "today":
      return constantRun(at, ({ moment }) => dateOf(moment.timeZone, moment.now));
    case "date_of":
      return singleRun(args[0] as Expr, at, (values, out, { moment }) =>
        dateLoop(values, datesIn(moment.timeZone), out),
      );
    case "round": {
      const digits = (args[1] as Literal).value as number;
      return singleRun(args[0] as Expr, at, (values, out) => roundLoop(values, digits, out));
    }
    case "if":
      return choiceRun(call, at);
    case "length":
      return lengthRun(args[0] as Expr, at);
    default:
      break;
  }
  const single = singleLoops[name];
  if (single !== undefined) return singleRun(args[0] as Expr, at, single);
  const arithmetic = arithmetics[name];
  if (arithmetic !== undefined) return foldRun(call, at, arithmetic);
  const pair = workOf(pairLoops, name);
  return foldRun(call, at, (a, b, out) => {
    align(a, b);
    pair(a.values, b.values, out.values);
    out.known(a.decimals, Math.max(a.bound, b.bound));
  });
}

type Loop = (values: Float64Array, out: Float64Array, scope: ChunkScope) => void;

function singleRun(arg: Expr, at: number, loop: Loop): NumberRun {
  const inner = numberRun(arg, at);
  return (scope) => {
    const { values } = asNumbers(inner(scope));
    const out = numberAt(at);
    loop(values, out.values, scope);
    return out.known(-1, Number.POSITIVE_INFINITY);
  };
}

/** The arguments one after the other, the result so far in the first one's place. */
function foldRun({ args }: Call, at: number, join: Arithmetic): NumberRun {
  const [first, ...rest] = args.map((arg, i) => numberRun(arg, at + Math.min(i, 1))) as [NumberRun, ...NumberRun[]];
  return (scope) => {
    const out = first(scope);
    for (const next of rest) join(out, next(scope), out);
    return out;
  };
}

function choiceRun({ args }: Call, at: number): NumberRun {
  const condition = truthRun(args[0] as Expr, at);
  const value = numberRun(args[1] as Expr, at + 1);
  const otherwise = numberRun(args[2] as Expr, at + 2);
  return (scope) => {
    const { yes } = condition(scope);
    const [a, b, out] = [value(scope), otherwise(scope), numberAt(at)];
    align(a, b);
    for (let i = 0; i < BLOCK_ROWS; i++) {
      out.values[i] = (((yes[i >>> 5] as number) >>> (i & 31)) & 1 ? a.values[i] : b.values[i]) as number;
    }
    return out.known(a.decimals, Math.max(a.bound, b.bound));
  };
}

function lengthRun(arg: Expr, at: number): NumberRun {
  if (arg.kind === "field" && arg.type === "text_array") {
    return ({ columns, first }) => {
      const column = columns(arg.field);
      if (column.family !== "list") throw new TypeError(`a ${column.family} column where lists are read`);
      const out = numberAt(at);
      column.readLengths(first, out.values);
      return out.known(0, LONGEST);
    };
  }
  const text = textRun(arg, at);
  const key = {};
  return (scope) => {
    const { codes, texts } = text(scope);
    const lengths = scope.mapped(key, texts, lengthsOf);
    const out = numberAt(at);
    for (let i = 0; i < BLOCK_ROWS; i++) out.values[i] = lengths[codes[i] as number] as number;
    return out.known(0, LONGEST);
  };
}

/** By code. */
function lengthsOf(texts: readonly (string | null)[]): Float64Array {
  const lengths = new Float64Array(texts.length + 1).fill(Number.NaN);
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string | null;
    if (text !== null) lengths[i + 1] = lettersIn(text);
  }
  return lengths;
}
