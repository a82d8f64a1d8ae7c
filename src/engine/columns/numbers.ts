/**
 * Numbers, dates (days) and datetimes (milliseconds): the narrowest integers that stand for every value, else doubles.
 * What is scanned a second time is cut into bit planes.
 */
import { CHUNK_ROWS, emptyWords, orInto, type Words } from "../bitmap/words.ts";
import type { TypedValue } from "../values/types.ts";
import type { ColumnStats, NumberColumn, Spans } from "./column.ts";
import {
  codeFor,
  decodeNumber,
  encodeNumber,
  firstCode,
  isPlain,
  lastCode,
  type NumberArray,
  type NumberCode,
  type NumberEncoding,
  widths,
} from "./number-code.ts";
import { scanInSpan, scanInSpans } from "./number-scan.ts";
import { type Codes, Planes } from "./planes.ts";
import { Presence } from "./presence.ts";
import { packSections, type Section } from "./sections.ts";

export interface NumberMeta {
  readonly encoding: NumberEncoding;
  /** Base, step and scale. */
  readonly code: readonly [number, number, number];
  readonly min: number | null;
  readonly max: number | null;
  /** How many rows are not empty; the first ones where there is no second array. */
  readonly present: number;
}

/** More spans than this are looked up row by row. */
const MANY_SPANS = 6;
const part = emptyWords();
const LOWEST = Number.NEGATIVE_INFINITY;
const HIGHEST = Number.POSITIVE_INFINITY;

export class NumberChunk implements NumberColumn {
  readonly family = "number";
  readonly #code: NumberCode;
  #codes: NumberArray;
  readonly #present: Presence;
  /** As codes. At least as wide as what is there: removals and overwrites do not narrow them. */
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #planes: Planes | null = null;
  #scans = 0;

  private constructor(code: NumberCode, codes: NumberArray, present: Presence) {
    this.#code = code;
    this.#codes = codes;
    this.#present = present;
  }

  /** Empty values are null or NaN. */
  static build(values: ArrayLike<TypedValue>, atLeast?: NumberCode): NumberChunk {
    const code = codeFor(values, atLeast);
    const column = new NumberChunk(code, new widths[code.encoding](roomFor(values.length)), new Presence());
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value != null && !Number.isNaN(value)) column.#write(i, column.#encoded(value as number));
    }
    return column;
  }

  static decode(meta: NumberMeta, arrays: readonly Section[]): NumberChunk {
    const [base, step, scale] = meta.code;
    const bits = arrays[1] as Words | undefined;
    const present = bits ? Presence.ofBits(bits, meta.present) : Presence.ofFirst(meta.present);
    const code = { encoding: meta.encoding, base, step, scale };
    const column = new NumberChunk(code, arrays[0] as NumberArray, present);
    column.#min = meta.min ?? column.#min;
    column.#max = meta.max ?? column.#max;
    return column;
  }

  get encoding(): NumberEncoding {
    return this.#code.encoding;
  }

  get bytes(): number {
    return this.#codes.byteLength + this.#present.bytes + (this.#planes?.bytes ?? 0);
  }

  get stats(): ColumnStats {
    const none = this.#min > this.#max;
    const [min, max] = none ? [null, null] : [this.#decoded(this.#min), this.#decoded(this.#max)];
    return { present: this.#present.count, min, max, distinct: none ? 0 : min === max ? 1 : null };
  }

  get(index: number): number | null {
    return this.#present.has(index) ? this.#decoded(this.#codes[index] as number) : null;
  }

  get decimals(): number | null {
    return this.#code.encoding === "float64" ? null : Math.round(Math.log10(this.#code.scale));
  }

  get bound(): number {
    if (this.#min > this.#max) return 0;
    return Math.max(0, -this.#decoded(this.#min), this.#decoded(this.#max));
  }

  readNumbers(first: number, out: Float64Array): void {
    this.readWhole(first, out);
    const { scale } = this.#code;
    if (scale !== 1) for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) / scale;
  }

  readWhole(first: number, out: Float64Array): void {
    const codes = this.#codes.subarray(first, first + out.length);
    const { base, step } = this.#code;
    out.set(codes);
    if (base !== 0 || step !== 1) for (let i = 0; i < codes.length; i++) out[i] = base + step * (out[i] as number);
    this.#present.eraseEmpty(first, out);
  }

  #decoded(code: number): number {
    return isPlain(this.#code) ? code : decodeNumber(this.#code, code);
  }

  #encoded(value: number): number {
    return this.#code.encoding === "float64" ? value : encodeNumber(this.#code, value);
  }

  set(index: number, value: TypedValue): NumberChunk {
    if (value === null) {
      this.#present.put(index, false);
      return this;
    }
    const code = this.#encoded(value as number);
    if (Number.isNaN(code)) return this.#rebuilt(index, value as number);
    if (index >= this.#codes.length) this.#grow(index + 1);
    this.#write(index, code);
    if (this.#planes?.set(index, code) === false) this.#planes = null;
    return this;
  }

  #write(index: number, code: number): void {
    this.#codes[index] = code;
    this.#present.put(index, true);
    if (code < this.#min) this.#min = code;
    if (code > this.#max) this.#max = code;
  }

  #grow(rows: number): void {
    const larger = new widths[this.#code.encoding](roomFor(Math.max(rows, this.#codes.length * 2)));
    larger.set(this.#codes);
    this.#codes = larger;
    this.#planes = null;
  }

  /** Encoded anew with a value that has no code yet. Never narrower than before: widths do not go to and fro. */
  #rebuilt(index: number, value: number): NumberChunk {
    const values = Array.from(this.#codes, (_, i) => this.get(i));
    while (values.length < index) values.push(null);
    values[index] = value;
    return NumberChunk.build(values, this.#code);
  }

  scanPresent(mask: Words, out: Words): void {
    this.#present.scan(mask, out);
  }

  scanSpans(spans: Spans, mask: Words, out: Words): void {
    const touching = this.#touching(spans);
    if (touching.length === 0) {
      out.fill(0);
      return;
    }
    this.#present.scan(mask, out);
    const [low = 0, high = 0] = touching;
    if (touching.length === 2 && low <= this.#min && high >= this.#max) return;
    const planes = touching.length <= 2 * MANY_SPANS ? this.#cut() : null;
    if (planes !== null) scanPlanes(planes, touching, out);
    else if (touching.length > 2) scanInSpans(this.#codes, touching, out);
    else scanInSpan(this.#codes, low, high, out);
  }

  /** The planes, made at the second scan: a first one alone would cost more with them. */
  #cut(): Planes | null {
    if (this.#planes !== null) return this.#planes;
    const range = this.#max - this.#min;
    if (++this.#scans < 2 || this.#code.encoding === "float64" || range === 0 || range >= 2 ** 31) return null;
    this.#planes = new Planes(this.#codes as Codes, this.#min, this.#max);
    return this.#planes;
  }

  /** The spans that reach into this chunk's values, as codes. */
  #touching(spans: Spans): Spans {
    const coded = this.#code.encoding !== "float64";
    const found: number[] = [];
    for (let i = 0; i < spans.length; i += 2) {
      let low = spans[i] as number;
      let high = spans[i + 1] as number;
      if (coded) {
        low = firstCode(this.#code, low);
        high = lastCode(this.#code, high);
      }
      if (low > high || high < this.#min || low > this.#max) continue;
      // A bound beyond all values is no bound: one comparison less.
      if (low === high) found.push(low, high);
      else found.push(low <= this.#min ? LOWEST : low, high >= this.#max ? HIGHEST : high);
    }
    return found;
  }

  encode(): Uint8Array {
    const { encoding, base, step, scale } = this.#code;
    const finite = (bound: number) => (Number.isFinite(bound) ? bound : null);
    const [min, max, present] = [finite(this.#min), finite(this.#max), this.#present.count];
    const bits = this.#present.bits;
    return packSections({ encoding, code: [base, step, scale], min, max, present } satisfies NumberMeta, [
      this.#codes,
      ...(bits ? [bits] : []),
    ]);
  }
}

/** Keeps the rows of `out` in one of the spans of codes. */
function scanPlanes(planes: Planes, spans: Spans, out: Words): void {
  if (spans.length === 2) {
    planes.between(spans[0] as number, spans[1] as number, out, out);
    return;
  }
  const found = emptyWords();
  for (let i = 0; i < spans.length; i += 2) {
    planes.between(spans[i] as number, spans[i + 1] as number, out, part);
    orInto(found, part);
  }
  out.set(found);
}

/** Whole words of rows, so that scans need no edge case. */
function roomFor(rows: number): number {
  return Math.min(CHUNK_ROWS, (Math.max(rows, 256) + 31) & ~31);
}
