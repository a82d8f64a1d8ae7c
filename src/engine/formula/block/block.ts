/**
 * The chunk evaluator works on blocks of 2,048 rows: what a formula needs of them at once fits into the processor's
 * cache. Working space is shared by all formulas, as evaluation is synchronous: part `at` of an expression leaves its
 * values in register `at`, and its arguments in `at`, `at + 1` …, so a tree needs as many registers as it has levels.
 */
import { emptyWords, type Words } from "../../bitmap/words.ts";
import type { Column } from "../../columns/column.ts";
import type { Moment } from "../../plan/surroundings.ts";
import type { Expr } from "../expr.ts";
import { fieldsRead } from "../expr-fields.ts";

export const BLOCK_ROWS = 2048;
export const BLOCK_WORDS = BLOCK_ROWS / 32;

/** Numbers, dates and datetimes; NaN is empty. */
export class NumberVector {
  readonly values = new Float64Array(BLOCK_ROWS);
  /** From 0 to 6: the values are whole numbers and stand for so many 10^-decimals. -1: they stand for themselves. */
  decimals = -1;
  /** None of what they stand for is larger in size. */
  bound = Number.POSITIVE_INFINITY;

  /** Says what is known of the values. */
  known(decimals: number, bound: number): this {
    this.decimals = decimals;
    this.bound = bound;
    return this;
  }
}

/** Row i is bit i of both: whether it is true, and whether it is not empty. What is empty is not true. */
export class TruthVector {
  readonly yes: Words = new Uint32Array(BLOCK_WORDS);
  readonly present: Words = new Uint32Array(BLOCK_WORDS);

  /** Tests and joins of them are never empty. */
  decided(): this {
    this.present.fill(0xffffffff);
    return this;
  }
}

/** Code 0 is empty, c is `texts[c - 1]`, in which null is empty, too. */
export class TextVector {
  codes = new Uint32Array(BLOCK_ROWS);
  texts: readonly (string | null)[] = [];
}

const numbers: NumberVector[] = [];
const truths: TruthVector[] = [];
const texts: TextVector[] = [];

export const numberAt = (at: number): NumberVector => registerAt(numbers, at, () => new NumberVector());
export const truthAt = (at: number): TruthVector => registerAt(truths, at, () => new TruthVector());
export const textAt = (at: number): TextVector => registerAt(texts, at, () => new TextVector());

function registerAt<Register>(registers: Register[], at: number, make: () => Register): Register {
  while (registers.length <= at) registers.push(make());
  return registers[at] as Register;
}

/** One chunk under evaluation; `first` moves from block to block. */
export class ChunkScope {
  readonly columns: (field: number) => Column;
  readonly moment: Moment;
  /** The rows wanted, of the chunk. What is left of the others is undefined. */
  readonly mask: Words;
  /** The first row of the block. */
  first = 0;
  readonly #scans = new Map<object, Words>();
  readonly #mapped = new Map<object, { readonly texts: readonly (string | null)[]; readonly results: unknown }>();

  /** Columns are fetched at once: to make one, the caller may evaluate another formula, which would take the registers. */
  constructor(expr: Expr, columns: (field: number) => Column, mask: Words, moment: Moment) {
    const read = new Map(fieldsRead(expr).map((field) => [field, columns(field)]));
    this.columns = (field) => read.get(field) as Column;
    this.mask = mask;
    this.moment = moment;
  }

  /** The block's part of words for the whole chunk. */
  part(words: Words): Words {
    return words.subarray(this.first >>> 5, (this.first >>> 5) + BLOCK_WORDS);
  }

  /** The block's part of a scan of the whole chunk, which is made once for each `key`. */
  scanned(key: object, scan: (mask: Words, out: Words) => void): Words {
    let words = this.#scans.get(key);
    if (words === undefined) {
      words = emptyWords();
      scan(this.mask, words);
      this.#scans.set(key, words);
    }
    return this.part(words);
  }

  /** What becomes of each distinct text: made once for each `key` while the texts are the same array. */
  mapped<Results>(
    key: object,
    source: readonly (string | null)[],
    map: (source: readonly (string | null)[]) => Results,
  ): Results {
    const known = this.#mapped.get(key);
    if (known?.texts === source) return known.results as Results;
    const results = map(source);
    this.#mapped.set(key, { texts: source, results });
    return results;
  }
}

export type NumberRun = (scope: ChunkScope) => NumberVector;
export type TruthRun = (scope: ChunkScope) => TruthVector;
export type TextRun = (scope: ChunkScope) => TextVector;
