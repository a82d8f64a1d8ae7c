/** Text with few distinct values: a code for each row; a predicate is tried once for each distinct value. */
import { bitCount, CHUNK_ROWS, CHUNK_WORDS, type Words } from "../bitmap/words.ts";
import { foldText } from "../values/fold.ts";
import type { TypedValue } from "../values/types.ts";
import type { TextColumn, TextSearch } from "./column.ts";
import { FEW } from "./number-scan.ts";
import { PackedChunk } from "./packed.ts";
import { packSections, type Section } from "./sections.ts";

/** More distinct values than this are packed bytes. */
export const MAX_DICTIONARY = 4096;

type Codes = Uint8Array | Uint16Array;

export interface DictionaryMeta {
  readonly encoding: "dictionary";
  readonly values: readonly string[];
}

export class DictionaryChunk implements TextColumn {
  readonly family = "text";
  readonly encoding = "dictionary";
  /** Code c > 0 stands for entry c - 1; 0 is empty. Entries that no row uses any more stay until a rebuild. */
  readonly #entries: string[] = [];
  readonly #codeOf = new Map<string, number>();
  /** The entries folded, as far as a search that ignores case needed them so far. */
  readonly #folded: string[] = [];
  #codes: Codes;
  #entryBytes = 0;

  constructor(capacity: number) {
    this.#codes = new Uint8Array(roomFor(capacity));
  }

  /** Null where there are too many distinct values. */
  static build(values: readonly TypedValue[]): DictionaryChunk | null {
    const limit = Math.min(MAX_DICTIONARY, Math.max(64, values.length >>> 2));
    const column = new DictionaryChunk(values.length);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value == null) continue;
      column.#write(i, column.#code(value as string));
      if (column.#entries.length > limit) return null;
    }
    return column;
  }

  static decode(meta: DictionaryMeta, arrays: readonly Section[]): DictionaryChunk {
    const column = new DictionaryChunk(0);
    for (const value of meta.values) column.#code(value);
    column.#codes = arrays[0] as Codes;
    return column;
  }

  get bytes(): number {
    return this.#codes.byteLength + this.#entryBytes;
  }

  get(index: number): string | null {
    const code = this.#codes[index] ?? 0;
    return code === 0 ? null : (this.#entries[code - 1] as string);
  }

  set(index: number, value: TypedValue): TextColumn {
    if (value === null) {
      if (index < this.#codes.length) this.#codes[index] = 0;
      return this;
    }
    if (this.#entries.length >= MAX_DICTIONARY && !this.#codeOf.has(value as string)) {
      return PackedChunk.build(this.#values()).set(index, value);
    }
    this.#write(index, this.#code(value as string));
    return this;
  }

  #code(value: string): number {
    let code = this.#codeOf.get(value);
    if (code === undefined) {
      code = this.#entries.push(value);
      this.#codeOf.set(value, code);
      this.#entryBytes += 96 + value.length * 4;
    }
    return code;
  }

  #write(index: number, code: number): void {
    const wide = code > 255 && this.#codes.BYTES_PER_ELEMENT === 1;
    if (wide || index >= this.#codes.length) {
      const room = roomFor(
        index < this.#codes.length ? this.#codes.length : Math.max(index + 1, this.#codes.length * 2),
      );
      const larger = wide || this.#codes.BYTES_PER_ELEMENT === 2 ? new Uint16Array(room) : new Uint8Array(room);
      larger.set(this.#codes);
      this.#codes = larger;
    }
    this.#codes[index] = code;
  }

  #values(): (string | null)[] {
    return Array.from(this.#codes, (code) => (code === 0 ? null : (this.#entries[code - 1] as string)));
  }

  scanPresent(mask: Words, out: Words): void {
    this.#scanCodes(new Uint8Array(this.#entries.length + 1).fill(1, 1), mask, out);
  }

  scanText(search: TextSearch, mask: Words, out: Words): void {
    const entries = search.fold ? this.#foldedEntries() : this.#entries;
    const table = new Uint8Array(entries.length + 1);
    let hits = 0;
    for (let i = 0; i < entries.length; i++) {
      if (!search.matchesFolded(entries[i] as string)) continue;
      table[i + 1] = 1;
      hits++;
    }
    if (hits === 0) out.fill(0);
    else this.#scanCodes(table, mask, out);
  }

  readTexts(first: number, _mask: Words, codes: Uint32Array): readonly string[] {
    const end = Math.max(0, Math.min(codes.length, this.#codes.length - first));
    for (let i = 0; i < end; i++) codes[i] = this.#codes[first + i] as number;
    codes.fill(0, end);
    return this.#entries;
  }

  #foldedEntries(): readonly string[] {
    for (let i = this.#folded.length; i < this.#entries.length; i++)
      this.#folded.push(foldText(this.#entries[i] as string));
    return this.#folded;
  }

  #scanCodes(table: Uint8Array, mask: Words, out: Words): void {
    const words = Math.min(CHUNK_WORDS, this.#codes.length >>> 5);
    for (let word = 0; word < words; word++) {
      const wanted = mask[word] as number;
      if (wanted === 0) out[word] = 0;
      else if (bitCount(wanted) < FEW) out[word] = fewInTable(table, this.#codes, word << 5, wanted);
      else out[word] = wanted & wordInTable(table, this.#codes, word << 5);
    }
    out.fill(0, words);
  }

  encode(): Uint8Array {
    return packSections({ encoding: "dictionary", values: this.#entries } satisfies DictionaryMeta, [this.#codes]);
  }
}

function wordInTable(table: Uint8Array, codes: Codes, base: number): number {
  let bits = 0;
  for (let bit = 0; bit < 32; bit++) bits |= (table[codes[base + bit] as number] as number) << bit;
  return bits;
}

function fewInTable(table: Uint8Array, codes: Codes, base: number, wanted: number): number {
  let bits = 0;
  for (let rest = wanted; rest !== 0; rest &= rest - 1) {
    const bit = 31 - Math.clz32(rest & -rest);
    bits |= (table[codes[base + bit] as number] as number) << bit;
  }
  return bits;
}

function roomFor(rows: number): number {
  return Math.min(CHUNK_ROWS, (Math.max(rows, 256) + 31) & ~31);
}
