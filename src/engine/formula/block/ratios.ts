/**
 * `ltv / orders > 40` without a division for each row, where whole numbers decide the same.
 *
 * Quotient and constant are both the doubles nearest to fractions of whole numbers, P / Q and C / D. Rounding keeps their
 * order but may make two of them one. Different fractions lie at least 1 / (Q D) apart, and doubles near the constant at
 * most 2^-52 C / D: where C Q is well below 2^52 they stay different, so P D is compared with C Q, which is exact.
 */
import type { Words } from "../../bitmap/words.ts";
import type { Call, Expr, Literal } from "../expr.ts";
import { divideBlocks } from "./arithmetic.ts";
import { BLOCK_WORDS, type NumberVector, type TruthRun, truthAt } from "./block.ts";
import { decimalsOf, numberRun } from "./numbers.ts";
import { asNumbers, sameWhole } from "./scale.ts";

const MOST_CONSTANT = 2 ** 50;
const MOST_EXACT = 2 ** 53;

type Ratio = Call & { readonly args: readonly [Expr, Expr] };

/** Null where it is no such comparison. */
export function ratioRun({ name, args }: Call, at: number): TruthRun | null {
  const [left, right] = args as [Expr, Expr];
  const isTurned = isRatio(left);
  const [constant, ratio] = isTurned ? [right, left] : [left, right];
  if (!isRatio(ratio) || !isNumber(constant)) return null;
  const limit = constant.value;
  const decimals = decimalsOf(limit);
  if (decimals < 0) return null;
  const D = 10 ** decimals;
  const C = Math.round(limit * D);
  const sign = isTurned ? -1 : 1;
  const [dividend, divisor] = [numberRun(ratio.args[0], at), numberRun(ratio.args[1], at + 1)];
  const [byProducts, byQuotient] = name === "<" ? [productsBelow, below] : [productsNotAbove, notAbove];
  return (scope) => {
    const [a, b, out] = [dividend(scope), divisor(scope), truthAt(at)];
    if (sameWhole(a, b) && areExact(a, b, C, D)) byProducts(a.values, b.values, out.yes, sign * D, sign * C);
    else {
      divideBlocks(a, b, a);
      byQuotient(asNumbers(a).values, out.yes, sign, sign * limit);
    }
    return out.decided();
  };
}

const isRatio = (expr: Expr): expr is Ratio => expr.kind === "call" && expr.name === "/" && expr.args.length === 2;

function isNumber(expr: Expr): expr is Literal & { readonly value: number } {
  return expr.kind === "literal" && expr.type === "number" && typeof expr.value === "number";
}

/** Both stand for whole numbers of the same power of ten. */
function areExact(a: NumberVector, b: NumberVector, C: number, D: number): boolean {
  const power = 10 ** a.decimals;
  return Math.abs(C) * b.bound * power <= MOST_CONSTANT && a.bound * power * D <= MOST_EXACT;
}

/** The sign of (P D - C Q) Q is that of the difference; NaN is empty, and by zero there is no quotient. */
function productsBelow(P: Float64Array, Q: Float64Array, out: Words, D: number, C: number): void {
  for (let w = 0; w < BLOCK_WORDS; w++) {
    let bits = 0;
    for (let bit = 0, i = w << 5; bit < 32; bit++, i++) {
      const q = Q[i] as number;
      bits |= Number(((P[i] as number) * D - C * q) * q > 0) << bit;
    }
    out[w] = bits;
  }
}

function productsNotAbove(P: Float64Array, Q: Float64Array, out: Words, D: number, C: number): void {
  for (let w = 0; w < BLOCK_WORDS; w++) {
    let bits = 0;
    for (let bit = 0, i = w << 5; bit < 32; bit++, i++) {
      const q = Q[i] as number;
      bits |= (Number(((P[i] as number) * D - C * q) * q >= 0) & Number(q * q > 0)) << bit;
    }
    out[w] = bits;
  }
}

function below(quotients: Float64Array, out: Words, sign: number, limit: number): void {
  for (let w = 0; w < BLOCK_WORDS; w++) {
    let bits = 0;
    for (let bit = 0, i = w << 5; bit < 32; bit++, i++) bits |= Number(limit < sign * (quotients[i] as number)) << bit;
    out[w] = bits;
  }
}

function notAbove(quotients: Float64Array, out: Words, sign: number, limit: number): void {
  for (let w = 0; w < BLOCK_WORDS; w++) {
    let bits = 0;
    for (let bit = 0, i = w << 5; bit < 32; bit++, i++) bits |= Number(limit <= sign * (quotients[i] as number)) << bit;
    out[w] = bits;
  }
}
