/**
 * Which pairs of neighbouring bytes each text has, as 64 planes of bits: a row has its bit in a pair's plane when its
 * text has that pair. The pairs that most texts have get a plane of their own, the others share the rest by a hash. A
 * text that has the needle has all the needle's pairs, so the rows that all those planes name are the only ones to look
 * at. Beginning and end count as bytes of their own.
 */
import { bitCount, CHUNK_WORDS, type Words } from "../bitmap/words.ts";
import type { TextSearch } from "./column.ts";
import type { PackedText } from "./packed-text.ts";

const PLANES = 64;
const OWN_PLANES = 40;
/** More planes than this hardly name fewer rows. */
const ENOUGH = 6;
/** How many texts are looked at to learn which pairs are frequent. */
const SAMPLE = 1024;
const EDGE = 0;

const SHARED = Uint8Array.from({ length: 65_536 }, (_, pair) => {
  return OWN_PLANES + (((Math.imul(pair, 0x9e3779b1) >>> 16) * (PLANES - OWN_PLANES)) >>> 16);
});
/** Working space: everything here is synchronous. */
const planeOf = new Uint8Array(65_536);
/** 32 rows of all planes: the planes themselves lie so far apart that they would share a few lines of the cache. */
const block = new Uint32Array(PLANES);
const frequencies = new Uint32Array(65_536);

export class Signatures {
  /** Plane p begins at word p · stride. */
  readonly #planes: Words;
  readonly #stride: number;
  /** The pairs with planes of their own. */
  readonly #own: ReadonlyMap<number, number>;
  /** How many rows each plane names. */
  readonly #sizes: Uint32Array;
  /** How often each byte stands in a text, on average. */
  readonly #bytesOfText: Float32Array;

  /** `fold` says what each byte is taken for. */
  constructor(text: PackedText, fold: Uint8Array) {
    const rows = text.offsets.length - 1;
    this.#stride = (rows + 31) >>> 5;
    this.#planes = new Uint32Array(PLANES * this.#stride);
    this.#own = frequentPairs(text, fold);
    planeOf.set(SHARED);
    for (const [pair, plane] of this.#own) planeOf[pair] = plane;
    for (let word = 0; word < this.#stride; word++) {
      block.fill(0);
      for (let row = word << 5; row < Math.min(rows, (word + 1) << 5); row++) addRow(text, fold, row);
      for (let plane = 0; plane < PLANES; plane++) this.#planes[plane * this.#stride + word] = block[plane] as number;
    }
    this.#bytesOfText = byteFrequencies(text, fold);
    this.#sizes = Uint32Array.from({ length: PLANES }, (_, plane) => this.#sizeOf(plane));
  }

  #sizeOf(plane: number): number {
    let size = 0;
    const end = (plane + 1) * this.#stride;
    for (let i = plane * this.#stride; i < end; i++) size += bitCount(this.#planes[i] as number);
    return size;
  }

  get bytes(): number {
    return this.#planes.byteLength + this.#sizes.byteLength + this.#bytesOfText.byteLength + OWN_PLANES * 48;
  }

  /** How often a byte stands in a text, on average. */
  timesInText(byte: number): number {
    return this.#bytesOfText[byte] as number;
  }

  /** `out` = the rows of `mask` that may have the needle; false where it is too short to tell. */
  candidates(needle: Uint8Array, how: TextSearch["how"], mask: Words, out: Words): boolean {
    const planes = this.#planesOf(needle, how);
    const stride = this.#stride;
    let from = mask;
    for (const plane of planes) {
      keep(this.#planes, plane * stride, stride, from, out);
      from = out;
    }
    if (stride < CHUNK_WORDS) out.fill(0, stride);
    return planes.length > 0;
  }

  /** The planes of the needle's pairs that name the fewest rows. */
  #planesOf(needle: Uint8Array, how: TextSearch["how"]): number[] {
    const bytes = [...needle];
    if (how === "equals" || how === "starts_with") bytes.unshift(EDGE);
    if (how === "equals" || how === "ends_with") bytes.push(EDGE);
    const planes = new Set<number>();
    for (let i = 1; i < bytes.length; i++) {
      const pair = ((bytes[i - 1] as number) << 8) | (bytes[i] as number);
      planes.add(this.#own.get(pair) ?? (SHARED[pair] as number));
    }
    const size = (plane: number) => this.#sizes[plane] as number;
    return [...planes].sort((a, b) => size(a) - size(b)).slice(0, ENOUGH);
  }
}

/** Sets the row's bit in the block's words of its pairs. */
function addRow({ bytes, offsets }: PackedText, fold: Uint8Array, row: number): void {
  const bit = 1 << (row & 31);
  const from = offsets[row] as number;
  const to = offsets[row + 1] as number;
  if (from === to) return;
  let pair = EDGE;
  for (let at = from; at < to; at++) {
    pair = ((pair & 0xff) << 8) | (fold[bytes[at] as number] as number);
    const plane = planeOf[pair] as number;
    block[plane] = (block[plane] as number) | bit;
  }
  const last = planeOf[(pair & 0xff) << 8] as number;
  block[last] = (block[last] as number) | bit;
}

function keep(planes: Words, at: number, stride: number, mask: Words, out: Words): void {
  for (let i = 0; i < stride; i++) out[i] = (mask[i] as number) & (planes[at + i] as number);
}

/** The most frequent pairs of a sample, each with its plane. */
function frequentPairs({ bytes, offsets }: PackedText, fold: Uint8Array): Map<number, number> {
  const rows = offsets.length - 1;
  const seen: number[] = [];
  const step = Math.max(1, Math.floor(rows / SAMPLE));
  for (let row = 0; row < rows; row += step) {
    const [from, to] = [offsets[row] as number, offsets[row + 1] as number];
    for (let at = from; at <= to && from < to; at++) {
      const left = at === from ? EDGE : (fold[bytes[at - 1] as number] as number);
      const right = at === to ? EDGE : (fold[bytes[at] as number] as number);
      const pair = (left << 8) | right;
      if (frequencies[pair] === 0) seen.push(pair);
      frequencies[pair] = (frequencies[pair] as number) + 1;
    }
  }
  seen.sort((a, b) => (frequencies[b] as number) - (frequencies[a] as number) || a - b);
  for (const pair of seen) frequencies[pair] = 0;
  return new Map(seen.slice(0, OWN_PLANES).map((pair, plane) => [pair, plane]));
}

function byteFrequencies({ bytes, offsets }: PackedText, fold: Uint8Array): Float32Array {
  const times = new Float32Array(256);
  const rows = Math.min(SAMPLE, offsets.length - 1);
  const end = offsets[rows] as number;
  for (let at = 0; at < end; at++) {
    const byte = fold[bytes[at] as number] as number;
    times[byte] = (times[byte] as number) + 1;
  }
  return times.map((sum) => sum / Math.max(1, rows));
}
