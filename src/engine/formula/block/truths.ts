/** True, false or empty, of a block of rows. */
import type { Words } from "../../bitmap/words.ts";
import type { Call, Expr } from "../expr.ts";
import { BLOCK_WORDS, type TruthRun, type TruthVector, truthAt } from "./block.ts";
import { compareRun, orderRun } from "./compare.ts";
import { type DirectScan, directScan } from "./direct.ts";
import { eachRow } from "./each-row.ts";
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
