/** True, false or empty, of a block of rows. */
import type { Words } from "../../bitmap/words.ts";
import { foldText } from "../../values/fold.ts";
import type { Call, Expr } from "../expr.ts";
import { type TextTest, textTests, workOf } from "../primitives.ts";
import { BLOCK_WORDS, type TruthRun, type TruthVector, truthAt } from "./block.ts";
import { type DirectScan, directScan } from "./direct.ts";
import { numberRun } from "./numbers.ts";
import { textRun } from "./texts.ts";

export function truthRun(expr: Expr, at: number): TruthRun {
  const scan = directScan(expr);
  if (scan !== null) return scannedRun(scan, at);
  if (expr.kind === "literal") return literalRun(expr.value as boolean | null, at);
  return expr.kind === "call" ? callRun(expr, at) : fieldRun(expr.field, at);
}

function literalRun(value: boolean | null, at: number): TruthRun {
  return () => {
    const out = truthAt(at);
    out.yes.fill(value === true ? 0xffffffff : 0);
    out.present.fill(value === null ? 0 : 0xffffffff);
    return out;
  };
}

/** A test that the column answers for the whole chunk at once. */
function scannedRun(scan: DirectScan, at: number): TruthRun {
  const key = {};
  return (scope) => {
    const out = truthAt(at);
    out.yes.set(scope.scanned(key, (mask, words) => scan(scope.columns, mask, words, scope.moment)));
    return out.decided();
  };
}

function fieldRun(field: number, at: number): TruthRun {
  const [yesKey, presentKey] = [{}, {}];
  return (scope) => {
    const column = scope.columns(field);
    if (column.family !== "boolean") throw new TypeError(`a ${column.family} column where true or false is read`);
    const out = truthAt(at);
    out.yes.set(scope.scanned(yesKey, (mask, words) => column.scanTruth(true, false, mask, words)));
    out.present.set(scope.scanned(presentKey, (mask, words) => column.scanPresent(mask, words)));
    return out;
  };
}

function callRun(call: Call, at: number): TruthRun {
  const { name, args } = call;
  switch (name) {
    case "and":
      return foldRun(args, at, (a, b, out) => {
        for (let w = 0; w < BLOCK_WORDS; w++) out.yes[w] = (a.yes[w] as number) & (b.yes[w] as number);
        out.decided();
      });
    case "or":
      return foldRun(args, at, (a, b, out) => {
        for (let w = 0; w < BLOCK_WORDS; w++) out.yes[w] = (a.yes[w] as number) | (b.yes[w] as number);
        out.decided();
      });
    case "coalesce":
      return foldRun(args, at, (a, b, out) => choose(a.present, a, b, out));
    case "not": {
      const inner = truthRun(args[0] as Expr, at);
      return (scope) => {
        const out = inner(scope);
        for (let w = 0; w < BLOCK_WORDS; w++) out.yes[w] = ~(out.yes[w] as number);
        return out.decided();
      };
    }
    case "if": {
      const condition = truthRun(args[0] as Expr, at);
      const [value, otherwise] = [truthRun(args[1] as Expr, at + 1), truthRun(args[2] as Expr, at + 2)];
      return (scope) => {
        const out = condition(scope);
        choose(out.yes, value(scope), otherwise(scope), out);
        return out;
      };
    }
    case "is_empty":
      return emptyRun(args[0] as Expr, at);
    case "<":
    case "<=":
      return orderRun(call, at);
    default:
      return compareRun(call, at);
  }
}

type Join = (a: TruthVector, b: TruthVector, out: TruthVector) => void;

/** The arguments one after the other, the result so far in the first one's place. */
function foldRun(args: readonly Expr[], at: number, join: Join): TruthRun {
  const [first, ...rest] = args.map((arg, i) => truthRun(arg, at + Math.min(i, 1))) as [TruthRun, ...TruthRun[]];
  return (scope) => {
    const out = first(scope);
    for (const next of rest) join(out, next(scope), out);
    return out;
  };
}

/** `out` = `a` where the bit is set, else `b`. `chosen` may be a part of `out`. */
function choose(chosen: Words, a: TruthVector, b: TruthVector, out: TruthVector): void {
  for (let w = 0; w < BLOCK_WORDS; w++) {
    const bits = chosen[w] as number;
    out.yes[w] = (bits & (a.yes[w] as number)) | (~bits & (b.yes[w] as number));
    out.present[w] = (bits & (a.present[w] as number)) | (~bits & (b.present[w] as number));
  }
}

/** Asks each row. */
function eachRow(yes: Words, isTrue: (row: number) => boolean): void {
  for (let w = 0; w < BLOCK_WORDS; w++) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit++) bits |= Number(isTrue((w << 5) | bit)) << bit;
    yes[w] = bits;
  }
}

function emptyRun(arg: Expr, at: number): TruthRun {
  if (arg.type === "boolean") {
    const inner = truthRun(arg, at);
    return (scope) => {
      const out = inner(scope);
      for (let w = 0; w < BLOCK_WORDS; w++) out.yes[w] = ~(out.present[w] as number);
      return out.decided();
    };
  }
  if (arg.type === "text") {
    const text = textRun(arg, at);
    return (scope) => {
      const { codes, texts } = text(scope);
      const out = truthAt(at);
      eachRow(out.yes, (row) => codes[row] === 0 || texts[(codes[row] as number) - 1] === null);
      return out.decided();
    };
  }
  const number = numberRun(arg, at);
  return (scope) => {
    const { values } = number(scope);
    const out = truthAt(at);
    eachRow(out.yes, (row) => Number.isNaN(values[row]));
    return out.decided();
  };
}

function orderRun({ name, args }: Call, at: number): TruthRun {
  const [left, right] = [numberRun(args[0] as Expr, at), numberRun(args[1] as Expr, at + 1)];
  const compare = name === "<" ? below : notAbove;
  return (scope) => {
    const [a, b, out] = [left(scope), right(scope), truthAt(at)];
    compare(a.values, b.values, out.yes);
    return out.decided();
  };
}

/** NaN is neither below nor equal to anything. No branch in these loops: see `wordInSpan`. */
function below(a: Float64Array, b: Float64Array, out: Words): void {
  for (let w = 0; w < BLOCK_WORDS; w++) {
    let bits = 0;
    for (let bit = 0, i = w << 5; bit < 32; bit++, i++) bits |= Number((a[i] as number) < (b[i] as number)) << bit;
    out[w] = bits;
  }
}

function notAbove(a: Float64Array, b: Float64Array, out: Words): void {
  for (let w = 0; w < BLOCK_WORDS; w++) {
    let bits = 0;
    for (let bit = 0, i = w << 5; bit < 32; bit++, i++) bits |= Number((a[i] as number) <= (b[i] as number)) << bit;
    out[w] = bits;
  }
}

/** As two comparisons: === in such a loop becomes a branch. */
function same(a: Float64Array, b: Float64Array, out: Words): void {
  for (let w = 0; w < BLOCK_WORDS; w++) {
    let bits = 0;
    for (let bit = 0, i = w << 5; bit < 32; bit++, i++) {
      const x = a[i] as number;
      const y = b[i] as number;
      bits |= (Number(x <= y) & Number(x >= y)) << bit;
    }
    out[w] = bits;
  }
}

function compareRun(call: Call, at: number): TruthRun {
  const [left, right] = call.args as [Expr, Expr];
  if (left.type === "text_array") return elementRun(left, right, at);
  if (left.type === "text") return textTestRun(call, at);
  if (left.type === "boolean") {
    const [a, b] = [truthRun(left, at), truthRun(right, at + 1)];
    return (scope) => {
      const [out, other] = [a(scope), b(scope)];
      for (let w = 0; w < BLOCK_WORDS; w++) {
        const differ = (out.yes[w] as number) ^ (other.yes[w] as number);
        out.yes[w] = (out.present[w] as number) & (other.present[w] as number) & ~differ;
      }
      return out.decided();
    };
  }
  const [a, b] = [numberRun(left, at), numberRun(right, at + 1)];
  return (scope) => {
    const [x, y, out] = [a(scope), b(scope), truthAt(at)];
    same(x.values, y.values, out.yes);
    return out.decided();
  };
}

type Texts = readonly (string | null)[];
const foldAll = (texts: Texts): Texts => texts.map((text) => (text === null ? null : foldText(text)));

function textTestRun({ name, args }: Call, at: number): TruthRun {
  const [text, part] = args as [Expr, Expr];
  const test = workOf(textTests, name);
  if (part.kind === "literal") return literalTestRun(text, part.value as string | null, test, at);
  if (text.kind === "literal") return literalTestRun(part, text.value as string | null, (a, b) => test(b, a), at);
  const [left, right] = [textRun(text, at), textRun(part, at + 1)];
  const [leftKey, rightKey] = [{}, {}];
  return (scope) => {
    const [a, b, out] = [left(scope), right(scope), truthAt(at)];
    const folded = scope.mapped(leftKey, a.texts, foldAll);
    const parts = scope.mapped(rightKey, b.texts, foldAll);
    eachRow(out.yes, (row) => {
      const value = folded[(a.codes[row] as number) - 1] ?? null;
      const sought = parts[(b.codes[row] as number) - 1] ?? null;
      return value !== null && sought !== null && test(value, sought);
    });
    return out.decided();
  };
}

/** The test is made once for each distinct text. */
function literalTestRun(expr: Expr, literal: string | null, test: TextTest, at: number): TruthRun {
  const text = textRun(expr, at);
  const folded = literal === null ? null : foldText(literal);
  const key = {};
  const hitsOf = (texts: Texts): Uint8Array => {
    const hits = new Uint8Array(texts.length + 1);
    if (folded === null) return hits;
    for (let i = 0; i < texts.length; i++) {
      const one = texts[i] as string | null;
      if (one !== null && test(foldText(one), folded)) hits[i + 1] = 1;
    }
    return hits;
  };
  return (scope) => {
    const { codes, texts } = text(scope);
    const hits = scope.mapped(key, texts, hitsOf);
    const out = truthAt(at);
    for (let w = 0; w < BLOCK_WORDS; w++) {
      let bits = 0;
      for (let bit = 0, i = w << 5; bit < 32; bit++, i++) bits |= (hits[codes[i] as number] as number) << bit;
      out.yes[w] = bits;
    }
    return out.decided();
  };
}

/** A list that is asked for a text of the same row. */
function elementRun(list: Expr, sought: Expr, at: number): TruthRun {
  if (list.kind !== "field") throw new TypeError("a list that is not a field");
  const text = textRun(sought, at);
  const key = {};
  return (scope) => {
    const column = scope.columns(list.field);
    const { codes, texts } = text(scope);
    const folded = scope.mapped(key, texts, foldAll);
    const wanted = scope.part(scope.mask);
    const out = truthAt(at);
    eachRow(out.yes, (row) => {
      const one = folded[(codes[row] as number) - 1] ?? null;
      if (one === null || (((wanted[row >>> 5] as number) >>> (row & 31)) & 1) === 0) return false;
      const elements = column.get(scope.first + row) as readonly string[] | null;
      return elements?.some((element) => foldText(element) === one) ?? false;
    });
    return out.decided();
  };
}
