/** What the chunk evaluator yields: columns that predicates can scan. They are never stored. */
import { CHUNK_ROWS, CHUNK_WORDS, countWords, hasBit, nextBit, setBit, type Words } from "../../bitmap/words.ts";
import { columnOfValues } from "../../columns/build.ts";
import type {
  BooleanColumn,
  Column,
  ColumnStats,
  NumberColumn,
  Spans,
  TextColumn,
  TextSearch,
} from "../../columns/column.ts";
import { inSpans } from "../../columns/number-scan.ts";
import type { FieldType, TypedValue } from "../../values/types.ts";

/** A column with the same values that can be written and kept. */
function stored(column: Column, type: FieldType): Column {
  return columnOfValues(
    { type },
    Array.from({ length: CHUNK_ROWS }, (_, index) => column.get(index)),
  );
}

/** What is computed is scanned once: nothing is counted for it. */
const UNKNOWN: ColumnStats = { present: CHUNK_ROWS, min: null, max: null, distinct: null };

function scanRows(mask: Words, out: Words, matches: (row: number) => boolean): void {
  out.fill(0);
  for (let row = nextBit(mask, 0); row >= 0; row = nextBit(mask, row + 1)) if (matches(row)) setBit(out, row);
}

/** NaN is empty. */
export class ComputedNumbers implements NumberColumn {
  readonly family = "number";
  readonly encoding = "float64";
  readonly stats = UNKNOWN;
  readonly decimals = null;
  readonly bound = Number.POSITIVE_INFINITY;
  readonly values: Float64Array;

  constructor(values: Float64Array) {
    this.values = values;
  }

  get bytes(): number {
    return this.values.byteLength;
  }

  get(index: number): number | null {
    const value = this.values[index] as number;
    return Number.isNaN(value) ? null : value + 0;
  }

  set(index: number, value: TypedValue): Column {
    return stored(this, "number").set(index, value);
  }

  scanPresent(mask: Words, out: Words): void {
    this.scanSpans([-Number.MAX_VALUE, Number.MAX_VALUE], mask, out);
  }

  scanSpans(spans: Spans, mask: Words, out: Words): void {
    const [low = 1, high = 0] = spans;
    if (spans.length > 2 || countWords(mask) < CHUNK_WORDS) {
      scanRows(mask, out, (row) => inSpans(spans, this.values[row] as number));
      return;
    }
    for (let w = 0; w < CHUNK_WORDS; w++) {
      let bits = 0;
      for (let bit = 0, i = w << 5; bit < 32; bit++, i++) {
        const value = this.values[i] as number;
        bits |= (Number(value >= low) & Number(value <= high)) << bit;
      }
      out[w] = (mask[w] as number) & bits;
    }
  }

  readNumbers(first: number, out: Float64Array): void {
    out.set(this.values.subarray(first, first + out.length));
  }

  readWhole(first: number, out: Float64Array): void {
    this.readNumbers(first, out);
  }

  encode(): Uint8Array {
    return stored(this, "number").encode();
  }
}

export class ComputedTruths implements BooleanColumn {
  readonly family = "boolean";
  readonly encoding = "bits";
  readonly stats = UNKNOWN;
  readonly yes: Words;
  readonly present: Words;

  constructor(yes: Words, present: Words) {
    this.yes = yes;
    this.present = present;
  }

  get bytes(): number {
    return this.yes.byteLength + this.present.byteLength;
  }

  get(index: number): boolean | null {
    return hasBit(this.present, index) ? hasBit(this.yes, index) : null;
  }

  set(index: number, value: TypedValue): Column {
    return stored(this, "boolean").set(index, value);
  }

  scanPresent(mask: Words, out: Words): void {
    this.scanTruth(true, true, mask, out);
  }

  scanTruth(wantTrue: boolean, wantFalse: boolean, mask: Words, out: Words): void {
    for (let w = 0; w < CHUNK_WORDS; w++) {
      const yes = this.yes[w] as number;
      out[w] = (mask[w] as number) & (this.present[w] as number) & ((wantTrue ? yes : 0) | (wantFalse ? ~yes : 0));
    }
  }

  encode(): Uint8Array {
    return stored(this, "boolean").encode();
  }
}

/** Code 0 is empty, c is `texts[c - 1]`. */
export class ComputedTexts implements TextColumn {
  readonly family = "text";
  readonly encoding = "dictionary";
  readonly stats = UNKNOWN;
  readonly codes: Uint32Array;
  readonly texts: readonly string[];

  constructor(codes: Uint32Array, texts: readonly string[]) {
    this.codes = codes;
    this.texts = texts;
  }

  get bytes(): number {
    return this.codes.byteLength + this.texts.reduce((sum, text) => sum + 32 + text.length * 2, 0);
  }

  get(index: number): string | null {
    return this.texts[(this.codes[index] as number) - 1] ?? null;
  }

  set(index: number, value: TypedValue): Column {
    return stored(this, "text").set(index, value);
  }

  scanPresent(mask: Words, out: Words): void {
    scanRows(mask, out, (row) => this.codes[row] !== 0);
  }

  scanText(search: TextSearch, mask: Words, out: Words): void {
    const hits = new Uint8Array(this.texts.length + 1);
    for (let i = 0; i < this.texts.length; i++) hits[i + 1] = Number(search.matches(this.texts[i] as string));
    scanRows(mask, out, (row) => hits[this.codes[row] as number] === 1);
  }

  readTexts(first: number, _mask: Words, codes: Uint32Array): readonly string[] {
    codes.set(this.codes.subarray(first, first + codes.length));
    return this.texts;
  }

  encode(): Uint8Array {
    return stored(this, "text").encode();
  }
}
