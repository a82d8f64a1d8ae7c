/** One record's aggregate, from the related records that count. */
import type { AggregateSpec } from "../plan/plan.ts";
import type { TypedValue } from "../values/types.ts";
import { ExactSum } from "./exact-sum.ts";

/** What an aggregate needs of a related record. */
export interface FoldedRecord {
  /** Of the aggregated field; null for `count`. */
  readonly value: TypedValue;
  /** Of the field that orders. */
  readonly order: TypedValue;
  readonly key: string;
}

export interface Fold {
  add(record: FoldedRecord): void;
  readonly result: TypedValue;
}

/** Begins an aggregate. Records may come in any order. */
export function newFold(fn: AggregateSpec["fn"]): Fold {
  switch (fn) {
    case "count":
      return new Count();
    case "count_distinct":
      return new CountDistinct();
    case "sum":
      return new Sum();
    case "average":
      return new Average();
    case "min":
      return new Extreme(-1);
    case "max":
      return new Extreme(1);
    case "first":
      return new Outermost(-1);
    case "last":
      return new Outermost(1);
  }
}

/** The aggregate over nothing. */
export function overNothing(fn: AggregateSpec["fn"]): number | null {
  return fn === "count" || fn === "count_distinct" || fn === "sum" ? 0 : null;
}

class Count implements Fold {
  result = 0;

  add(): void {
    this.result++;
  }
}

/** Distinct as they are: text with case. */
class CountDistinct implements Fold {
  readonly #seen = new Set<TypedValue>();

  add({ value }: FoldedRecord): void {
    if (value !== null) this.#seen.add(typeof value === "object" ? JSON.stringify(value) : value);
  }

  get result(): number {
    return this.#seen.size;
  }
}

class Sum implements Fold {
  readonly #sum = new ExactSum();

  add({ value }: FoldedRecord): void {
    if (value !== null) this.#sum.add(value as number);
  }

  get result(): number {
    return this.#sum.sum;
  }
}

class Average implements Fold {
  readonly #sum = new ExactSum();
  #count = 0;

  add({ value }: FoldedRecord): void {
    if (value === null) return;
    this.#sum.add(value as number);
    this.#count++;
  }

  get result(): number | null {
    return this.#count === 0 ? null : this.#sum.averageOver(this.#count);
  }
}

class Extreme implements Fold {
  readonly #sign: number;
  result: TypedValue = null;

  constructor(sign: number) {
    this.#sign = sign;
  }

  add({ value }: FoldedRecord): void {
    if (value !== null && (this.result === null || compare(value, this.result) * this.#sign > 0)) this.result = value;
  }
}

/** The value of the first or last record, empty where that record has none. A record without a place in the order is neither. */
class Outermost implements Fold {
  readonly #sign: number;
  #found: FoldedRecord | null = null;

  constructor(sign: number) {
    this.#sign = sign;
  }

  add(record: FoldedRecord): void {
    if (record.order === null) return;
    const found = this.#found;
    if (found === null || found.order === null) this.#found = record;
    else if ((compare(record.order, found.order) || compare(record.key, found.key)) * this.#sign > 0)
      this.#found = record;
  }

  get result(): TypedValue {
    return this.#found?.value ?? null;
  }
}

/** Of two values of one type. */
function compare(a: NonNullable<TypedValue>, b: NonNullable<TypedValue>): number {
  const [left, right] = typeof a === "object" ? [JSON.stringify(a), JSON.stringify(b)] : [a, b];
  return left === right ? 0 : left > right ? 1 : -1;
}
