/** Text with many distinct values: UTF-8 bytes end to end, searched without making a string for each cell. */
import { CHUNK_ROWS, clearBit, hasBit, type Words } from "../bitmap/words.ts";
import type { TypedValue } from "../values/types.ts";
import type { ColumnStats, TextColumn, TextSearch } from "./column.ts";
import { Overlay } from "./overlay.ts";
import { type Searched, scanPacked } from "./packed-scan.ts";
import { AS_IS, foldPacked, type PackedText, packText, patchText, readText, readTexts } from "./packed-text.ts";
import { packSections, type Section } from "./sections.ts";
import { Signatures } from "./signatures.ts";

export interface PackedMeta {
  readonly encoding: "packed";
}

export class PackedChunk implements TextColumn {
  readonly family = "text";
  readonly encoding = "packed";
  readonly #text: PackedText;
  /** How the text is searched without regard to case; made at the first such search. */
  #folded: { text: PackedText; fold: Uint8Array } | null = null;
  /** Made at the second search: a first one alone would cost more with them. */
  #signatures: Signatures | null = null;
  #searches = 0;
  readonly #overlay = new Overlay<string>();
  /** Rows that are not empty, but for those in the overlay. */
  #present: number | null = null;

  constructor(text: PackedText) {
    this.#text = text;
  }

  static build(values: readonly TypedValue[]): PackedChunk {
    return new PackedChunk(packText(values as readonly (string | null)[]));
  }

  static decode(_meta: PackedMeta, arrays: readonly Section[]): PackedChunk {
    return new PackedChunk({ bytes: arrays[0] as Uint8Array, offsets: arrays[1] as Uint32Array });
  }

  get bytes(): number {
    const own = this.#text.bytes.byteLength + this.#text.offsets.byteLength + this.#overlay.size * 128;
    const signatures = this.#signatures?.bytes ?? 0;
    const copy = this.#folded?.text;
    if (copy === undefined || copy === this.#text) return own + signatures;
    const offsets = copy.offsets === this.#text.offsets ? 0 : copy.offsets.byteLength;
    return own + signatures + copy.bytes.byteLength + offsets;
  }

  get stats(): ColumnStats {
    this.#present ??= countRows(this.#text.offsets);
    return { present: this.#present, min: null, max: null, distinct: null };
  }

  get(index: number): string | null {
    return this.#overlay.has(index) ? this.#overlay.get(index) : readText(this.#text, index);
  }

  set(index: number, value: TypedValue): TextColumn {
    this.#overlay.set(index, value as string | null);
    return this.#overlay.isFull ? new PackedChunk(this.#patched()) : this;
  }

  #patched(): PackedText {
    return this.#overlay.size === 0 ? this.#text : patchText(this.#text, this.#overlay.changes);
  }

  scanPresent(mask: Words, out: Words): void {
    const { offsets } = this.#text;
    out.set(mask);
    for (let i = 0; i < CHUNK_ROWS; i++) {
      if (i >= offsets.length - 1 || offsets[i] === offsets[i + 1]) clearBit(out, i);
    }
    this.#overlay.correct(mask, out, () => true);
  }

  scanText(search: TextSearch, mask: Words, out: Words): void {
    out.fill(0);
    scanPacked(this.#searched(search.fold), search, mask, out);
    this.#overlay.correct(mask, out, search.matches);
  }

  readTexts(first: number, mask: Words, codes: Uint32Array): readonly string[] {
    const texts = readTexts(this.#text, first, mask, codes);
    for (const [index, value] of this.#overlay.changes) {
      const at = index - first;
      if (at >= 0 && at < codes.length && hasBit(mask, at)) codes[at] = value === null ? 0 : texts.push(value);
    }
    return texts;
  }

  #searched(fold: boolean): Searched {
    this.#folded ??= foldPacked(this.#text);
    if (++this.#searches === 2) this.#signatures = new Signatures(this.#folded.text, this.#folded.fold);
    return { ...(fold ? this.#folded : { text: this.#text, fold: AS_IS }), signatures: this.#signatures };
  }

  encode(): Uint8Array {
    const text = this.#patched();
    return packSections({ encoding: "packed" } satisfies PackedMeta, [text.bytes, text.offsets]);
  }
}

function countRows(offsets: Uint32Array): number {
  let rows = 0;
  for (let i = 1; i < offsets.length; i++) rows += Number(offsets[i] !== offsets[i - 1]);
  return rows;
}
