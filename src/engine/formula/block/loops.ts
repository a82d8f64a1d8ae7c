/**
 * Loops over blocks of numbers, each with its own work: where the work is an argument, V8 calls it for each row, which
 * costs ten times as much as most of them.
 */

import type { CallName } from "../expr.ts";
import { type LocalDates, monthOf, weekdayOf, yearOf } from "../meaning/days.ts";
import { roundTo } from "../meaning/decimal.ts";
import { BLOCK_ROWS } from "./block.ts";

type Single = (values: Float64Array, out: Float64Array) => void;
type Pair = (a: Float64Array, b: Float64Array, out: Float64Array) => void;

export const singleLoops: Readonly<Partial<Record<CallName, Single>>> = {
  neg(values, out) {
    for (let i = 0; i < BLOCK_ROWS; i++) out[i] = -(values[i] as number);
  },
  abs(values, out) {
    for (let i = 0; i < BLOCK_ROWS; i++) out[i] = Math.abs(values[i] as number);
  },
  floor(values, out) {
    for (let i = 0; i < BLOCK_ROWS; i++) out[i] = Math.floor(values[i] as number);
  },
  ceil(values, out) {
    for (let i = 0; i < BLOCK_ROWS; i++) out[i] = Math.ceil(values[i] as number);
  },
  year(values, out) {
    for (let i = 0; i < BLOCK_ROWS; i++) out[i] = yearOf(values[i] as number);
  },
  month(values, out) {
    for (let i = 0; i < BLOCK_ROWS; i++) out[i] = monthOf(values[i] as number);
  },
  weekday(values, out) {
    for (let i = 0; i < BLOCK_ROWS; i++) out[i] = weekdayOf(values[i] as number);
  },
};

export const pairLoops: Readonly<Partial<Record<CallName, Pair>>> = {
  days_between(a, b, out) {
    for (let i = 0; i < BLOCK_ROWS; i++) out[i] = (b[i] as number) - (a[i] as number);
  },
  /** With one that is empty, the other. */
  min(a, b, out) {
    for (let i = 0; i < BLOCK_ROWS; i++) {
      const x = a[i] as number;
      const y = b[i] as number;
      out[i] = x < y || Number.isNaN(y) ? x : y;
    }
  },
  max(a, b, out) {
    for (let i = 0; i < BLOCK_ROWS; i++) {
      const x = a[i] as number;
      const y = b[i] as number;
      out[i] = x > y || Number.isNaN(y) ? x : y;
    }
  },
  coalesce(a, b, out) {
    for (let i = 0; i < BLOCK_ROWS; i++) {
      const x = a[i] as number;
      out[i] = Number.isNaN(x) ? (b[i] as number) : x;
    }
  },
};

export function roundLoop(values: Float64Array, digits: number, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = roundTo(values[i] as number, digits);
}

export function dateLoop(values: Float64Array, dates: LocalDates, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = dates.dateOf(values[i] as number);
}
