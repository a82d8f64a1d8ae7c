/** Comparisons of the values of a block of rows. */
import type { Words } from "../../bitmap/words.ts";
import type { Call, Expr } from "../expr.ts";
import { BLOCK_WORDS, type TruthRun, truthAt } from "./block.ts";
import { numberRun } from "./numbers.ts";
import { ratioRun } from "./ratios.ts";
import { align } from "./scale.ts";
import { elementRun, textTestRun } from "./text-tests.ts";
import { truthRun } from "./truths.ts";

export function orderRun(call: Call, at: number): TruthRun {
  return ratioRun(call, at) ?? anyOrderRun(call, at);
}

function anyOrderRun({ name, args }: Call, at: number): TruthRun {
  const [left, right] = [numberRun(args[0] as Expr, at), numberRun(args[1] as Expr, at + 1)];
  const compare = name === "<" ? below : notAbove;
  return (scope) => {
    const [a, b, out] = [left(scope), right(scope), truthAt(at)];
    align(a, b);
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

export function compareRun(call: Call, at: number): TruthRun {
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
    align(x, y);
    same(x.values, y.values, out.yes);
    return out.decided();
  };
}
