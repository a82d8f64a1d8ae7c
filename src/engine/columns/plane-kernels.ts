/**
 * The inner loops over bit planes: 64 words (2,048 rows) of a few planes at a time, so that the state of a comparison
 * stays in the first cache. The planes of one block of rows follow each other, 64 words each: with constant distances
 * V8 needs one register for all of them. No destructuring in here: such a loop runs three times slower.
 */
import type { Words } from "../bitmap/words.ts";

export const BLOCK = 64;

/** All positions are below these. Masked by them, V8 knows it too and leaves out the checks for overflow: a seventh faster. */
const LAST_WORD = 0xffff;
const LAST_ROW_WORD = 0x7ff;

/** Keeps the rows of `mask` whose bit in each of four planes, flipped where asked, is set. `out` may be `mask`. */
export function allFour(
  planes: Words,
  start: number,
  flipA: number,
  flipB: number,
  flipC: number,
  flipD: number,
  mask: Words,
  out: Words,
  row: number,
): void {
  const at = start & LAST_WORD;
  const from = row & LAST_ROW_WORD;
  for (let i = 0; i < 64; i++) {
    out[from + i] =
      (mask[from + i] as number) &
      ((planes[at + i] as number) ^ flipA) &
      ((planes[at + i + 64] as number) ^ flipB) &
      ((planes[at + i + 128] as number) ^ flipC) &
      ((planes[at + i + 192] as number) ^ flipD);
  }
}

export function allTwo(
  planes: Words,
  start: number,
  flipA: number,
  flipB: number,
  mask: Words,
  out: Words,
  row: number,
): void {
  const at = start & LAST_WORD;
  const from = row & LAST_ROW_WORD;
  for (let i = 0; i < 64; i++) {
    out[from + i] =
      (mask[from + i] as number) & ((planes[at + i] as number) ^ flipA) & ((planes[at + i + 64] as number) ^ flipB);
  }
}

export function onlyOne(planes: Words, start: number, flip: number, mask: Words, out: Words, row: number): void {
  const at = start & LAST_WORD;
  const from = row & LAST_ROW_WORD;
  for (let i = 0; i < 64; i++) out[from + i] = (mask[from + i] as number) & ((planes[at + i] as number) ^ flip);
}

/**
 * One more bit of a comparison with a bound. `free` is all ones where the bound lacks the bit: then having it, or
 * having won so far, is enough; else both are needed.
 */
export function atLeastOne(planes: Words, start: number, free: number, won: Words): void {
  const at = start & LAST_WORD;
  for (let i = 0; i < 64; i++) {
    const plane = planes[at + i] as number;
    const state = won[i] as number;
    won[i] = (plane & state) | ((plane | state) & free);
  }
}

export function atLeastFour(
  planes: Words,
  start: number,
  freeA: number,
  freeB: number,
  freeC: number,
  freeD: number,
  won: Words,
): void {
  const at = start & LAST_WORD;
  for (let i = 0; i < 64; i++) {
    let state = won[i] as number;
    let plane = planes[at + i] as number;
    state = (plane & state) | ((plane | state) & freeA);
    plane = planes[at + i + 64] as number;
    state = (plane & state) | ((plane | state) & freeB);
    plane = planes[at + i + 128] as number;
    state = (plane & state) | ((plane | state) & freeC);
    plane = planes[at + i + 192] as number;
    won[i] = (plane & state) | ((plane | state) & freeD);
  }
}

/** Two bits of two comparisons. */
export function withinTwo(
  planes: Words,
  start: number,
  lowA: number,
  lowB: number,
  won: Words,
  highA: number,
  highB: number,
  above: Words,
): void {
  const at = start & LAST_WORD;
  for (let i = 0; i < 64; i++) {
    const first = planes[at + i] as number;
    const second = planes[at + i + 64] as number;
    let state = won[i] as number;
    state = (first & state) | ((first | state) & lowA);
    won[i] = (second & state) | ((second | state) & lowB);
    state = above[i] as number;
    state = (first & state) | ((first | state) & highA);
    above[i] = (second & state) | ((second | state) & highB);
  }
}
