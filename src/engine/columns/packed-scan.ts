/** Searching packed bytes. UTF-8 keeps order and never matches in the middle of a letter, so bytes compare as text does. */
import { countWords, hasBit, nextBit, setBit, type Words } from "../bitmap/words.ts";
import type { TextSearch } from "./column.ts";
import { findBytes } from "./find-bytes.ts";
import { type PackedText, readText } from "./packed-text.ts";

/** Sets in `out` (cleared before) the rows of `mask` that match. `text` is folded where the search ignores case. */
export function scanPacked(text: PackedText, search: TextSearch, mask: Words, out: Words): void {
  const needles = search.needles.map((needle) => new TextEncoder().encode(needle));
  if (search.how === "contains") for (const needle of needles) scanContains(text, needle, mask, out);
  else if (needles.length > 8) scanMany(text, search.needles, needles, mask, out);
  else for (const needle of needles) scanAt(text, needle, search.how, mask, out);
}

/** Below one row in this many, rows are searched one by one instead of all bytes at once. */
const SPARSE = 16;
/** With this many finds, closer together than every fourth row, calling the host's search costs more than a loop. */
const MANY = 64;

function scanContains(text: PackedText, needle: Uint8Array, mask: Words, out: Words): void {
  const sparse = countWords(mask) * SPARSE < text.offsets.length;
  const from = sparse ? 0 : scanBytes(text, needle, mask, out);
  if (from >= 0) scanRows(text, needle, mask, out, from);
}

/** Row by row, from a row on. */
function scanRows({ bytes, offsets }: PackedText, needle: Uint8Array, mask: Words, out: Words, from: number): void {
  const rows = offsets.length - 1;
  for (let row = nextBit(mask, from); row >= 0 && row < rows; row = nextBit(mask, row + 1)) {
    if (hasBytes(bytes, needle, offsets[row] as number, offsets[row + 1] as number)) setBit(out, row);
  }
}

function hasBytes(bytes: Uint8Array, needle: Uint8Array, from: number, to: number): boolean {
  const first = needle[0] as number;
  const last = to - needle.length;
  for (let at = from; at <= last; at++) if (bytes[at] === first && bytesAt(bytes, needle, at)) return true;
  return false;
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

function scanAt(text: PackedText, needle: Uint8Array, how: TextSearch["how"], mask: Words, out: Words): void {
  const { bytes, offsets } = text;
  const rows = offsets.length - 1;
  const length = needle.length;
  for (let row = 0; row < rows; row++) {
    const from = offsets[row] as number;
    const room = (offsets[row + 1] as number) - from;
    if (how === "equals" ? room !== length : room < length) continue;
    if (hasBit(mask, row) && bytesAt(bytes, needle, how === "ends_with" ? from + room - length : from))
      setBit(out, row);
  }
}

function bytesAt(bytes: Uint8Array, needle: Uint8Array, from: number): boolean {
  for (let i = needle.length - 1; i >= 0; i--) if (bytes[from + i] !== needle[i]) return false;
  return true;
}

/** Equality with a long list: rows of a length that no needle has are passed over. */
function scanMany(text: PackedText, wanted: readonly string[], needles: Uint8Array[], mask: Words, out: Words): void {
  const lengths = new Set(needles.map((needle) => needle.length));
  const texts = new Set(wanted);
  const rows = text.offsets.length - 1;
  for (let row = 0; row < rows; row++) {
    if (!hasBit(mask, row)) continue;
    const room = (text.offsets[row + 1] as number) - (text.offsets[row] as number);
    if (lengths.has(room) && texts.has(readText(text, row) ?? "")) setBit(out, row);
  }
}
