/**
 * One aggregate for every record of a shard at once: related records come chunk by chunk, as the rows that count and
 * the parent of each. What cannot be decided here (a tie, a sum beyond 53 bits) is named in `open`, to be folded for
 * that one record.
 */
import type { Words } from "../bitmap/words.ts";
import type { Column } from "../columns/column.ts";
import type { AggregateSpec } from "../plan/plan.ts";
import type { FieldType, TypedValue } from "../values/types.ts";
import type { Amounts } from "./amounts.ts";
import { LARGEST_SCALED, MAX_DECIMALS } from "./exact-sum.ts";
import { type Fold, newFold, overNothing } from "./fold.ts";
import type { Results } from "./values.ts";

/** A chunk of related records. */
export interface RelatedChunk {
  /** Row number of the record that each one belongs to; negative where there is none. */
  readonly parents: Int32Array;
  column(field: number): Column;
  /** The field as scaled integers; null where that is not possible. */
  amounts(field: number): Amounts | null;
}

export interface Accumulator {
  /** Records to be folded one by one. */
  readonly open: Set<number>;
  /** `words`: those that count. False: these values cannot be accumulated; begin again with `anyAccumulator`. */
  add(chunk: RelatedChunk, words: Words): boolean;
  finish(): Results;
}

/** `rows`: how many row numbers records have. */
export function accumulatorFor(spec: AggregateSpec, rows: number): Accumulator {
  const { fn, of, order_by } = spec;
  if (fn === "count") return new Counts(rows);
  if (of === null) return new AnyValues(spec);
  if (fn === "sum" || fn === "average") return new Amounted(fn, of.field, rows);
  if ((fn === "min" || fn === "max") && isNumeric(of.type)) return new Extremes(fn, of.field, rows);
  if ((fn === "first" || fn === "last") && order_by && isNumeric(order_by.type)) {
    return new Outermost(fn, of, order_by.field, rows);
  }
  return new AnyValues(spec);
}

/** For every aggregate and every type, with an object for each record. */
export function anyAccumulator(spec: AggregateSpec): Accumulator {
  return new AnyValues(spec);
}

export function isNumeric(type: FieldType): boolean {
  return type === "number" || type === "date" || type === "datetime";
}

class Counts implements Accumulator {
  readonly open = new Set<number>();
  readonly #counts: Uint32Array;

  constructor(rows: number) {
    this.#counts = new Uint32Array(rows);
  }

  add({ parents }: RelatedChunk, words: Words): boolean {
    countInto(this.#counts, parents, words);
    return true;
  }

  finish(): Results {
    return { kind: "numbers", values: this.#counts, nothing: 0 };
  }
}

function countInto(counts: Uint32Array, parents: Int32Array, words: Words): void {
  for (let word = 0; word < words.length; word++) {
    let rest = words[word] as number;
    const base = word << 5;
    while (rest !== 0) {
      const parent = parents[base + 31 - Math.clz32(rest & -rest)] as number;
      if (parent >= 0) (counts[parent] as number)++;
      rest &= rest - 1;
    }
  }
}

/** Sums and averages, in units of 10^-6. */
class Amounted implements Accumulator {
  readonly open = new Set<number>();
  readonly #fn: "sum" | "average";
  readonly #field: number;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array | null;

  constructor(fn: "sum" | "average", field: number, rows: number) {
    this.#fn = fn;
    this.#field = field;
    this.#sums = new Float64Array(rows);
    this.#counts = fn === "average" ? new Uint32Array(rows) : null;
  }

  add(chunk: RelatedChunk, words: Words): boolean {
    const amounts = chunk.amounts(this.#field);
    if (amounts === null) return false;
    const factor = 10 ** (MAX_DECIMALS - amounts.decimals);
    if (amounts.largest * factor > LARGEST_SCALED) return false;
    const wanted = words.map((word, at) => word & (amounts.present[at] as number));
    if (amounts.values instanceof Int32Array)
      addInts(this.#sums, this.open, chunk.parents, amounts.values, factor, wanted);
    else addDoubles(this.#sums, this.open, chunk.parents, amounts.values, factor, wanted);
    if (this.#counts) countInto(this.#counts, chunk.parents, wanted);
    return true;
  }

  finish(): Results {
    const values = this.#sums;
    const counts = this.#counts;
    const unit = 10 ** MAX_DECIMALS;
    if (counts === null) for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / unit + 0;
    else for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / (unit * (counts[i] as number)) + 0;
    return { kind: "numbers", values, nothing: overNothing(this.#fn) };
  }
}

/** The same loop twice: each sees one kind of array, which the engine makes fast. */
function addInts(
  sums: Float64Array,
  open: Set<number>,
  parents: Int32Array,
  values: Int32Array,
  factor: number,
  words: Words,
): void {
  for (let word = 0; word < words.length; word++) {
    let rest = words[word] as number;
    const base = word << 5;
    while (rest !== 0) {
      const i = base + 31 - Math.clz32(rest & -rest);
      rest &= rest - 1;
      const parent = parents[i] as number;
      if (parent < 0) continue;
      const sum = (sums[parent] as number) + (values[i] as number) * factor;
      sums[parent] = sum;
      if (sum > Number.MAX_SAFE_INTEGER || sum < -Number.MAX_SAFE_INTEGER) open.add(parent);
    }
  }
}

function addDoubles(
  sums: Float64Array,
  open: Set<number>,
  parents: Int32Array,
  values: Float64Array,
  factor: number,
  words: Words,
): void {
  for (let word = 0; word < words.length; word++) {
    let rest = words[word] as number;
    const base = word << 5;
    while (rest !== 0) {
      const i = base + 31 - Math.clz32(rest & -rest);
      rest &= rest - 1;
      const parent = parents[i] as number;
      if (parent < 0) continue;
      const sum = (sums[parent] as number) + (values[i] as number) * factor;
      sums[parent] = sum;
      if (sum > Number.MAX_SAFE_INTEGER || sum < -Number.MAX_SAFE_INTEGER) open.add(parent);
    }
  }
}

/** Calls `action` for each row of `words` that belongs to a record. */
function forEach(words: Words, parents: Int32Array, action: (index: number, parent: number) => void): void {
  for (let word = 0; word < words.length; word++) {
    for (let rest = words[word] as number; rest !== 0; rest &= rest - 1) {
      const i = (word << 5) + 31 - Math.clz32(rest & -rest);
      const parent = parents[i] as number;
      if (parent >= 0) action(i, parent);
    }
  }
}

class Extremes implements Accumulator {
  readonly open = new Set<number>();
  readonly #isMax: boolean;
  readonly #field: number;
  readonly #values: Float64Array;

  constructor(fn: "min" | "max", field: number, rows: number) {
    this.#isMax = fn === "max";
    this.#field = field;
    this.#values = new Float64Array(rows).fill(Number.NaN);
  }

  add(chunk: RelatedChunk, words: Words): boolean {
    const column = chunk.column(this.#field);
    const values = this.#values;
    forEach(words, chunk.parents, (i, parent) => {
      const value = column.get(i) as number | null;
      if (value === null) return;
      const best = values[parent] as number;
      if (!(this.#isMax ? value <= best : value >= best)) values[parent] = value;
    });
    return true;
  }

  finish(): Results {
    return { kind: "numbers", values: this.#values, nothing: null };
  }
}

/** First and last: the value that stands at the least or greatest place in the order. Where two share it the key decides. */
class Outermost implements Accumulator {
  readonly open = new Set<number>();
  readonly #isLast: boolean;
  readonly #of: { readonly field: number; readonly type: FieldType };
  readonly #order: number;
  readonly #places: Float64Array;
  readonly #numbers: Float64Array | null;
  readonly #any = new Map<number, TypedValue>();

  constructor(fn: "first" | "last", of: { field: number; type: FieldType }, order: number, rows: number) {
    this.#isLast = fn === "last";
    this.#of = of;
    this.#order = order;
    this.#places = new Float64Array(rows).fill(Number.NaN);
    this.#numbers = isNumeric(of.type) ? new Float64Array(rows).fill(Number.NaN) : null;
  }

  add(chunk: RelatedChunk, words: Words): boolean {
    const order = chunk.column(this.#order);
    const column = chunk.column(this.#of.field);
    const places = this.#places;
    forEach(words, chunk.parents, (i, parent) => {
      const place = order.get(i) as number | null;
      if (place === null) return;
      const best = places[parent] as number;
      if (place === best) this.open.add(parent);
      else if (this.#isLast ? place < best : place > best) return;
      else {
        places[parent] = place;
        this.open.delete(parent);
        if (this.#numbers) this.#numbers[parent] = (column.get(i) as number | null) ?? Number.NaN;
        else this.#any.set(parent, column.get(i));
      }
    });
    return true;
  }

  finish(): Results {
    if (this.#numbers) return { kind: "numbers", values: this.#numbers, nothing: null };
    return { kind: "any", values: this.#any, nothing: null };
  }
}

class AnyValues implements Accumulator {
  readonly open = new Set<number>();
  readonly #spec: AggregateSpec;
  readonly #folds = new Map<number, Fold>();

  constructor(spec: AggregateSpec) {
    this.#spec = spec;
  }

  add(chunk: RelatedChunk, words: Words): boolean {
    const { fn, of, order_by } = this.#spec;
    const values = of && chunk.column(of.field);
    forEach(words, chunk.parents, (i, parent) => {
      if (order_by)
        this.open.add(parent); // its order needs keys
      else this.#fold(parent, fn).add({ value: values?.get(i) ?? null, order: null, key: "" });
    });
    return true;
  }

  #fold(parent: number, fn: AggregateSpec["fn"]): Fold {
    const known = this.#folds.get(parent);
    if (known) return known;
    const fold = newFold(fn);
    this.#folds.set(parent, fold);
    return fold;
  }

  finish(): Results {
    const values = new Map<number, TypedValue>();
    for (const [parent, fold] of this.#folds) values.set(parent, fold.result);
    return { kind: "any", values, nothing: overNothing(this.#spec.fn) };
  }
}
