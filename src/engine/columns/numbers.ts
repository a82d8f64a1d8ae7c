/** Numbers, dates (days) and datetimes (milliseconds): the narrowest fixed width that holds every value. */
import { CHUNK_ROWS, CHUNK_WORDS, clearBit, emptyWords, hasBit, setBit, type Words } from "../bitmap/words.ts";
import type { TypedValue } from "../values/types.ts";
import type { NumberColumn, Spans } from "./column.ts";
import { scanInSpan, scanInSpans } from "./number-scan.ts";
import { packSections, type Section } from "./sections.ts";

export type NumberArray = Int8Array | Int16Array | Int32Array | Float64Array;
export type NumberEncoding = "int8" | "int16" | "int32" | "float64";

const widths = { int8: Int8Array, int16: Int16Array, int32: Int32Array, float64: Float64Array } as const;
const limits = { int8: 0x7f, int16: 0x7fff, int32: 0x7fffffff, float64: Number.POSITIVE_INFINITY } as const;

/** The narrowest encoding that holds a value without loss. */
export function encodingFor(value: number): NumberEncoding {
  if (!Number.isInteger(value)) return "float64";
  const size = value < 0 ? -value - 1 : value;
  if (size > limits.int32) return "float64";
  if (size > limits.int16) return "int32";
  return size > limits.int8 ? "int16" : "int8";
}

const order: readonly NumberEncoding[] = ["int8", "int16", "int32", "float64"];
export const wider = (a: NumberEncoding, b: NumberEncoding) => (order.indexOf(a) > order.indexOf(b) ? a : b);

export interface NumberMeta {
  readonly encoding: NumberEncoding;
  readonly min: number | null;
  readonly max: number | null;
}

export class NumberChunk implements NumberColumn {
  readonly family = "number";
  readonly encoding: NumberEncoding;
  #values: NumberArray;
  readonly #present: Words;
  /** At least as wide as the values: removals and overwrites do not narrow them. */
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(encoding: NumberEncoding, capacity: number) {
    this.encoding = encoding;
    this.#values = new widths[encoding](roomFor(capacity));
    this.#present = emptyWords();
  }

  static build(values: readonly TypedValue[]): NumberChunk {
    let encoding: NumberEncoding = "int8";
    for (const value of values) if (value !== null) encoding = wider(encoding, encodingFor(value as number));
    const column = new NumberChunk(encoding, values.length);
    for (let i = 0; i < values.length; i++) if (values[i] != null) column.#write(i, values[i] as number);
    return column;
  }

  static decode(meta: NumberMeta, arrays: readonly Section[]): NumberChunk {
    const column = new NumberChunk(meta.encoding, 0);
    column.#values = arrays[0] as NumberArray;
    column.#present.set(arrays[1] as Words);
    column.#min = meta.min ?? column.#min;
    column.#max = meta.max ?? column.#max;
    return column;
  }

  get bytes(): number {
    return this.#values.byteLength + this.#present.byteLength;
  }

  get(index: number): number | null {
    return hasBit(this.#present, index) ? (this.#values[index] as number) : null;
  }

  set(index: number, value: TypedValue): NumberChunk {
    if (value === null) {
      clearBit(this.#present, index);
      return this;
    }
    const needed = wider(this.encoding, encodingFor(value as number));
    if (needed !== this.encoding) return this.#widened(needed).set(index, value);
    if (index >= this.#values.length) this.#grow(index + 1);
    this.#write(index, value as number);
    return this;
  }

  #write(index: number, value: number): void {
    this.#values[index] = value;
    setBit(this.#present, index);
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  #grow(rows: number): void {
    const larger = new widths[this.encoding](roomFor(Math.max(rows, this.#values.length * 2)));
    larger.set(this.#values);
    this.#values = larger;
  }

  #widened(encoding: NumberEncoding): NumberChunk {
    const column = new NumberChunk(encoding, this.#values.length);
    column.#values.set(this.#values);
    column.#present.set(this.#present);
    column.#min = this.#min;
    column.#max = this.#max;
    return column;
  }

  scanPresent(mask: Words, out: Words): void {
    for (let i = 0; i < CHUNK_WORDS; i++) out[i] = (mask[i] as number) & (this.#present[i] as number);
  }

  scanSpans(spans: Spans, mask: Words, out: Words): void {
    const touching = this.#touching(spans);
    if (touching.length === 0) out.fill(0);
    else {
      this.scanPresent(mask, out);
      const [low = 0, high = 0] = touching;
      if (touching.length > 2) scanInSpans(this.#values, touching, out);
      else if (low > this.#min || high < this.#max) scanInSpan(this.#values, low, high, out);
    }
  }

  get decimals(): number | null {
    return this.encoding === "float64" ? null : 0;
  }

  get bound(): number {
    return Math.max(0, -this.#min, this.#max);
  }

  readNumbers(first: number, out: Float64Array): void {
    const values = this.#values.subarray(first, first + out.length);
    out.set(values);
    out.fill(Number.NaN, values.length);
    for (let i = 0; i < values.length; i += 32) {
      let empty = ~(this.#present[(first + i) >>> 5] as number);
      for (; empty !== 0; empty &= empty - 1) out[i + 31 - Math.clz32(empty & -empty)] = Number.NaN;
    }
  }

  /** The spans that reach into this chunk's values. */
  #touching(spans: Spans): Spans {
    if (spans.length === 2) return (spans[1] as number) < this.#min || (spans[0] as number) > this.#max ? [] : spans;
    const found: number[] = [];
    for (let i = 0; i < spans.length; i += 2) {
      const [low, high] = [spans[i] as number, spans[i + 1] as number];
      if (high >= this.#min && low <= this.#max) found.push(low, high);
    }
    return found;
  }

  encode(): Uint8Array {
    const finite = (bound: number) => (Number.isFinite(bound) ? bound : null);
    const meta: NumberMeta = { encoding: this.encoding, min: finite(this.#min), max: finite(this.#max) };
    return packSections(meta, [this.#values, this.#present]);
  }
}

/** Whole words of rows, so that scans need no edge case. */
function roomFor(rows: number): number {
  return Math.min(CHUNK_ROWS, (Math.max(rows, 256) + 31) & ~31);
}
