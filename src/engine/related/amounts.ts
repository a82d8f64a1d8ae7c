/** A chunk of numbers as integers with a common number of decimals, so that adding them makes no error. */
import { CHUNK_ROWS, emptyWords, nextBit, type Words } from "../bitmap/words.ts";
import type { Column } from "../columns/column.ts";
import { LARGEST_SCALED, MAX_DECIMALS, scaledInteger } from "./exact-sum.ts";

export interface Amounts {
  /** Units of 10^-decimals, by index; 0 where empty. */
  readonly values: Int32Array | Float64Array;
  readonly decimals: number;
  /** The rows that are not empty. */
  readonly present: Words;
  /** The largest, without sign. */
  readonly largest: number;
}

const all = emptyWords().fill(0xffffffff);
const scaled = new Float64Array(CHUNK_ROWS);
const read = new Float64Array(CHUNK_ROWS);

/** Null where a value has more than six decimals or 15 digits. */
export function amountsOf(column: Column): Amounts | null {
  const present = emptyWords();
  column.scanPresent(all, present);
  return wholeOf(column, present) ?? scaledOf(column, present);
}

/** Where the column is written as whole numbers itself. */
function wholeOf(column: Column, present: Words): Amounts | null {
  const decimals = column.family === "number" ? column.decimals : null;
  if (column.family !== "number" || decimals === null || decimals > MAX_DECIMALS) return null;
  const end = endOf(present);
  const whole = scaled.subarray(0, end);
  column.readWhole(0, whole);
  for (let i = 0; i < end; i++) if (Number.isNaN(whole[i])) whole[i] = 0;
  const { values, largest } = narrowed(end);
  return largest <= LARGEST_SCALED ? { values, largest, decimals, present } : null;
}

/** After the last row that is not empty, in whole words. */
function endOf(present: Words): number {
  let word = present.length;
  while (word > 0 && present[word - 1] === 0) word--;
  return word * 32;
}

function scaledOf(column: Column, present: Words): Amounts | null {
  scaled.fill(0);
  read.fill(0);
  const end = readInto(column, present);
  let decimals = 0;
  for (let i = 0; i < end; i++) {
    const value = read[i] as number;
    if (value === 0) continue;
    let unit = scaledInteger(value, decimals);
    if (Number.isNaN(unit)) {
      const more = decimalsOf(value, decimals);
      if (more === null) return null;
      rescale(i, 10 ** (more - decimals));
      decimals = more;
      unit = scaledInteger(value, decimals);
    }
    scaled[i] = unit;
  }
  const { values, largest } = narrowed(end);
  return largest <= Number.MAX_SAFE_INTEGER ? { values, largest, decimals, present } : null;
}

function readInto(column: Column, present: Words): number {
  let end = 0;
  for (let i = nextBit(present, 0); i >= 0; i = nextBit(present, i + 1)) {
    read[i] = column.get(i) as number;
    end = i + 1;
  }
  return end;
}

function decimalsOf(value: number, from: number): number | null {
  for (let decimals = from + 1; decimals <= MAX_DECIMALS; decimals++) {
    if (!Number.isNaN(scaledInteger(value, decimals))) return decimals;
  }
  return null;
}

/** Units beyond 53 bits are found out by the largest. */
function rescale(end: number, factor: number): void {
  for (let i = 0; i < end; i++) scaled[i] = (scaled[i] as number) * factor;
}

function narrowed(end: number): Pick<Amounts, "values" | "largest"> {
  let largest = 0;
  for (let i = 0; i < end; i++) largest = Math.max(largest, Math.abs(scaled[i] as number));
  const values = largest <= 0x7fffffff ? new Int32Array(end) : new Float64Array(end);
  values.set(scaled.subarray(0, end));
  return { values, largest };
}
