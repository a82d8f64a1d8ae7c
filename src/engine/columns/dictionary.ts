/** Text with few distinct values: a code for each row; a search is tried on the distinct values, then rows have codes. */
import { CHUNK_ROWS, emptyWords, orInto, type Words } from "../bitmap/words.ts";
import type { TypedValue } from "../values/types.ts";
import { scanTable } from "./code-scan.ts";
import type { ColumnStats, TextColumn, TextSearch } from "./column.ts";
import { Entries, sortEntries } from "./entries.ts";
import { PackedChunk } from "./packed.ts";
import { Planes } from "./planes.ts";
import { packSections, type Section } from "./sections.ts";

/** More distinct values than this are packed bytes. */
export const MAX_DICTIONARY = 4096;

/** More stretches of codes than this are looked up row by row. */
const MANY_STRETCHES = 5;

type RowCodes = Uint8Array | Uint16Array;

export interface DictionaryMeta {
  readonly encoding: "dictionary";
  readonly values: readonly string[];
  /** How many of the values are sorted. */
  readonly sorted: number;
}

const part = emptyWords();

export class DictionaryChunk implements TextColumn {
  readonly family = "text";
  readonly encoding = "dictionary";
  /** Code c > 0 stands for entry c - 1; 0 is empty. Entries that no row uses any more stay until a rebuild. */
  readonly #entries: Entries;
  #codes: RowCodes;
  #planes: Planes | null = null;
  #scans = 0;
  /** How many rows have each code; made when first asked for, kept right by writes. */
  #counts: Uint32Array | null = null;

  private constructor(entries: Entries, codes: RowCodes) {
    this.#entries = entries;
    this.#codes = codes;
  }

  /** Null where there are too many distinct values. */
  static build(values: readonly TypedValue[]): DictionaryChunk | null {
    const limit = Math.min(MAX_DICTIONARY, Math.max(64, values.length >>> 2));
    const distinct = new Map<string, number>();
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value != null) distinct.set(value as string, 0);
      if (distinct.size > limit) return null;
    }
    const texts = sortEntries(distinct.keys());
    for (let i = 0; i < texts.length; i++) distinct.set(texts[i] as string, i + 1);
    const codes = newCodes(values.length, texts.length);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value != null) codes[i] = distinct.get(value as string) as number;
    }
    return new DictionaryChunk(new Entries(texts, texts.length), codes);
  }

  static decode(meta: DictionaryMeta, arrays: readonly Section[]): DictionaryChunk {
    return new DictionaryChunk(new Entries([...meta.values], meta.sorted), arrays[0] as RowCodes);
  }

  get bytes(): number {
    const counts = this.#counts?.byteLength ?? 0;
    return this.#codes.byteLength + this.#entries.bytes + (this.#planes?.bytes ?? 0) + counts;
  }

  get stats(): ColumnStats {
    return { present: this.#countRows([1, this.#entries.size]), min: null, max: null, distinct: this.#entries.size };
  }

  get(index: number): string | null {
    const code = this.#codes[index] ?? 0;
    return code === 0 ? null : this.#entries.at(code - 1);
  }

  set(index: number, value: TypedValue): TextColumn {
    if (value === null) {
      if (index < this.#codes.length) this.#write(index, 0);
      return this;
    }
    let place = this.#entries.placeOf(value as string);
    if (place < 0 && this.#entries.size >= MAX_DICTIONARY) return PackedChunk.build(this.#values()).set(index, value);
    if (place < 0) place = this.#entries.add(value as string);
    this.#write(index, place + 1);
    return this;
  }

  #write(index: number, code: number): void {
    this.#makeRoom(index, code);
    if (this.#counts !== null) {
      (this.#counts[this.#codes[index] as number] as number)--;
      (this.#counts[code] as number)++;
    }
    this.#codes[index] = code;
    if (this.#planes?.set(index, code) === false) this.#planes = null;
  }

  #makeRoom(index: number, code: number): void {
    const wide = this.#codes.BYTES_PER_ELEMENT === 2 || code > 255;
    const fits = index < this.#codes.length && wide === (this.#codes.BYTES_PER_ELEMENT === 2);
    if (this.#counts !== null && code >= this.#counts.length) this.#counts = null;
    if (fits) return;
    const rows = index < this.#codes.length ? this.#codes.length : Math.max(index + 1, this.#codes.length * 2);
    const larger = newCodes(rows, wide ? 256 : 0);
    larger.set(this.#codes);
    this.#codes = larger;
    this.#planes = null;
    this.#counts = null;
  }

  #values(): (string | null)[] {
    return Array.from(this.#codes, (_, index) => this.get(index));
  }

  scanPresent(mask: Words, out: Words): void {
    this.#scanCodes([1, this.#entries.size], mask, out);
  }

  scanText(search: TextSearch, mask: Words, out: Words): void {
    this.#scanCodes(this.#codesOf(search), mask, out);
  }

  countText(search: TextSearch): number {
    return this.#countRows(this.#codesOf(search));
  }

  readTexts(first: number, _mask: Words, codes: Uint32Array): readonly string[] {
    const end = Math.max(0, Math.min(codes.length, this.#codes.length - first));
    for (let i = 0; i < end; i++) codes[i] = this.#codes[first + i] as number;
    codes.fill(0, end);
    return this.#entries.texts;
  }

  /** Stretches of codes: first and last of each. */
  #codesOf(search: TextSearch): number[] {
    return this.#entries.hits(search).map((place) => place + 1);
  }

  #scanCodes(stretches: readonly number[], mask: Words, out: Words): void {
    if (stretches.length === 0) {
      out.fill(0);
      return;
    }
    const planes = stretches.length <= 2 * MANY_STRETCHES ? this.#cut() : null;
    if (planes === null) scanTable(this.#codes, tableOf(stretches, this.#entries.size), mask, out);
    else if (stretches.length === 2) planes.between(stretches[0] as number, this.#end(stretches[1]), mask, out);
    else {
      out.fill(0);
      for (let i = 0; i < stretches.length; i += 2) {
        planes.between(stretches[i] as number, this.#end(stretches[i + 1]), mask, part);
        orInto(out, part);
      }
    }
  }

  /** A stretch up to the last code has no end: one comparison less. */
  #end(last: number | undefined): number {
    return last === this.#entries.size && this.#entries.size > 1 ? Number.POSITIVE_INFINITY : (last as number);
  }

  /** The planes, made at the second scan: a first one alone would cost more with them. */
  #cut(): Planes | null {
    if (this.#planes === null && ++this.#scans >= 2) {
      this.#planes = new Planes(this.#codes, 0, Math.max(1, this.#entries.size));
    }
    return this.#planes;
  }

  #countRows(stretches: readonly number[]): number {
    this.#counts ??= countCodes(this.#codes, this.#entries.size);
    let rows = 0;
    for (let i = 0; i < stretches.length; i += 2) {
      for (let code = stretches[i] as number; code <= (stretches[i + 1] as number); code++) {
        rows += this.#counts[code] ?? 0;
      }
    }
    return rows;
  }

  encode(): Uint8Array {
    const meta: DictionaryMeta = {
      encoding: "dictionary",
      values: this.#entries.texts,
      sorted: this.#entries.sorted,
    };
    return packSections(meta, [this.#codes]);
  }
}

function tableOf(stretches: readonly number[], entries: number): Uint8Array {
  const table = new Uint8Array(entries + 1);
  for (let i = 0; i < stretches.length; i += 2) table.fill(1, stretches[i], (stretches[i + 1] as number) + 1);
  return table;
}

function countCodes(codes: RowCodes, entries: number): Uint32Array {
  const counts = new Uint32Array(entries + 1);
  for (let i = 0; i < codes.length; i++) (counts[codes[i] as number] as number)++;
  return counts;
}

function newCodes(rows: number, highest: number): RowCodes {
  const room = Math.min(CHUNK_ROWS, (Math.max(rows, 256) + 31) & ~31);
  return highest > 255 ? new Uint16Array(room) : new Uint8Array(room);
}
