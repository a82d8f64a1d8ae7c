/** Searching packed bytes. UTF-8 keeps order and never matches in the middle of a letter, so bytes compare as text does. */
import { countWords, emptyWords, hasBit, nextBit, setBit, type Words } from "../bitmap/words.ts";
import { foldText } from "../values/fold.ts";
import type { TextSearch } from "./column.ts";
import { findBytes } from "./find-bytes.ts";
import { AS_IS, type PackedText, readText } from "./packed-text.ts";
import type { Signatures } from "./signatures.ts";

/** What is searched: bytes, what each is taken for, and which rows may have what, if that is known. */
export interface Searched {
  readonly text: PackedText;
  readonly fold: Uint8Array;
  readonly signatures: Signatures | null;
}

const encoder = new TextEncoder();
const found = emptyWords();

/** Sets in `out` (cleared before) the rows of `mask` that match. */
export function scanPacked(searched: Searched, search: TextSearch, mask: Words, out: Words): void {
  if (search.needles.length > 8) scanMany(searched, search, mask, out);
  else for (const needle of search.needles) scanNeedle(searched, needle, search.how, mask, out);
}

function scanNeedle(searched: Searched, text: string, how: TextSearch["how"], mask: Words, out: Words): void {
  const needle = encoder.encode(text);
  // The planes are of folded bytes.
  const some = searched.signatures?.candidates(encoder.encode(foldText(text)), how, mask, found) === true;
  const whole = how === "contains" && searched.fold === AS_IS && !(some && fewEnough(searched, needle));
  if (whole) scanContains(searched, needle, mask, out);
  else scanRows(searched, needle, how, some ? found : mask, out, 0);
}

/** Whether looking at the rows found costs less than the host's search over all bytes, which stops at each first byte. */
function fewEnough({ text, signatures }: Searched, needle: Uint8Array): boolean {
  const rows = text.offsets.length - 1;
  const length = (text.offsets[rows] as number) / Math.max(1, rows);
  const few = countWords(found);
  const stops = signatures?.timesInText(needle[0] as number) ?? 0;
  return few * (5 + 2 * length) < rows * (length * 0.05 + stops * 10) + few * 20;
}

/** Below one row in this many, rows are searched one by one instead of all bytes at once. */
const SPARSE = 16;
/** With this many finds, closer together than every fourth row, calling the host's search costs more than a loop. */
const MANY = 64;

function scanContains(searched: Searched, needle: Uint8Array, mask: Words, out: Words): void {
  const sparse = countWords(mask) * SPARSE < searched.text.offsets.length;
  const from = sparse ? 0 : scanBytes(searched.text, needle, mask, out);
  if (from >= 0) scanRows(searched, needle, "contains", mask, out, from);
}

/** Row by row, from a row on. */
function scanRows(
  searched: Searched,
  needle: Uint8Array,
  how: TextSearch["how"],
  mask: Words,
  out: Words,
  from: number,
): void {
  const { bytes, offsets } = searched.text;
  const rows = offsets.length - 1;
  const matches = how !== "contains" ? matchesAt(how) : searched.fold === AS_IS ? hasExactly : hasBytes;
  for (let word = from >>> 5; word << 5 < rows; word++) {
    let rest = mask[word] as number;
    if (word === from >>> 5) rest &= -1 << (from & 31);
    let hits = 0;
    for (; rest !== 0; rest &= rest - 1) {
      const bit = 31 - Math.clz32(rest & -rest);
      const row = (word << 5) | bit;
      if (row >= rows) break;
      const start = offsets[row] as number;
      const end = offsets[row + 1] as number;
      if (end - start >= needle.length && matches(bytes, searched.fold, needle, start, end)) hits |= 1 << bit;
    }
    (out[word] as number) |= hits;
  }
}

type Test = (bytes: Uint8Array, fold: Uint8Array, needle: Uint8Array, from: number, to: number) => boolean;

function matchesAt(how: TextSearch["how"]): Test {
  if (how === "ends_with") return (bytes, fold, needle, _, to) => bytesAt(bytes, fold, needle, to - needle.length);
  if (how === "starts_with") return (bytes, fold, needle, from) => bytesAt(bytes, fold, needle, from);
  return (bytes, fold, needle, from, to) => to - from === needle.length && bytesAt(bytes, fold, needle, from);
}

function hasBytes(bytes: Uint8Array, fold: Uint8Array, needle: Uint8Array, from: number, to: number): boolean {
  const first = needle[0] as number;
  const last = to - needle.length;
  for (let at = from; at <= last; at++) {
    if (fold[bytes[at] as number] === first && bytesAt(bytes, fold, needle, at)) return true;
  }
  return false;
}

/** The same where each byte is taken for itself. */
function hasExactly(bytes: Uint8Array, fold: Uint8Array, needle: Uint8Array, from: number, to: number): boolean {
  const first = needle[0] as number;
  const last = to - needle.length;
  for (let at = from; at <= last; at++) {
    if (bytes[at] === first && bytesAt(bytes, fold, needle, at)) return true;
  }
  return false;
}

function bytesAt(bytes: Uint8Array, fold: Uint8Array, needle: Uint8Array, from: number): boolean {
  for (let i = needle.length - 1; i >= 0; i--) if (fold[bytes[from + i] as number] !== needle[i]) return false;
  return true;
}

/** All bytes at once. Answers -1 when done, or the row to go on from where the finds are dense. */
function scanBytes({ bytes, offsets }: PackedText, needle: Uint8Array, mask: Words, out: Words): number {
  const rows = offsets.length - 1;
  let row = 0;
  let finds = 0;
  let at = findBytes(bytes, needle, 0);
  while (at >= 0) {
    row = rowOf(offsets, row, rows, at);
    if (++finds > MANY && row < finds * 4) return row;
    const end = offsets[row + 1] as number;
    if (at + needle.length <= end && hasBit(mask, row)) setBit(out, row);
    at = findBytes(bytes, needle, end);
  }
  return -1;
}

/** The row that holds the byte at `at`, at or after `row`: by steps that double, then by halving. */
function rowOf(offsets: Uint32Array, row: number, rows: number, at: number): number {
  let step = 1;
  let low = row;
  while (low + step < rows && (offsets[low + step] as number) <= at) {
    low += step;
    step *= 2;
  }
  let high = Math.min(rows, low + step);
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((offsets[middle] as number) <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** A long list: rows of a length that no needle has are passed over. */
function scanMany({ text }: Searched, search: TextSearch, mask: Words, out: Words): void {
  const exact = search.how === "equals";
  const lengths = new Set(search.needles.map((needle) => encoder.encode(needle).length));
  const rows = text.offsets.length - 1;
  for (let row = nextBit(mask, 0); row >= 0 && row < rows; row = nextBit(mask, row + 1)) {
    const room = (text.offsets[row + 1] as number) - (text.offsets[row] as number);
    if (room === 0 || (exact && !lengths.has(room))) continue;
    if (search.matches(readText(text, row) ?? "")) setBit(out, row);
  }
}
