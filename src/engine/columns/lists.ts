/** Text arrays: a dictionary of elements, and for each row the codes of its elements. */
import { CHUNK_ROWS, clearBit, hasBit, setBit, type Words } from "../bitmap/words.ts";
import type { TypedValue } from "../values/types.ts";
import type { ColumnStats, ListColumn, TextSearch } from "./column.ts";
import { Overlay } from "./overlay.ts";
import { packSections, type Section } from "./sections.ts";

export interface ListMeta {
  readonly encoding: "lists";
  readonly elements: readonly string[];
}

export class ListChunk implements ListColumn {
  readonly family = "list";
  readonly encoding = "lists";
  readonly #elements: readonly string[];
  readonly #elementBytes: number;
  /** Row i has codes[offsets[i] … offsets[i + 1]); none is an empty cell. */
  readonly #offsets: Uint32Array;
  readonly #codes: Uint32Array;
  readonly #overlay = new Overlay<readonly string[]>();

  constructor(elements: readonly string[], offsets: Uint32Array, codes: Uint32Array) {
    this.#elements = elements;
    this.#elementBytes = elements.reduce((sum, element) => sum + 32 + element.length * 2, 0);
    this.#offsets = offsets;
    this.#codes = codes;
  }

  static build(values: readonly TypedValue[]): ListChunk {
    const codeOf = new Map<string, number>();
    const codes: number[] = [];
    const offsets = new Uint32Array(values.length + 1);
    for (let i = 0; i < values.length; i++) {
      for (const element of (values[i] as readonly string[] | null) ?? []) {
        const code = codeOf.get(element) ?? codeOf.size;
        codeOf.set(element, code);
        codes.push(code);
      }
      offsets[i + 1] = codes.length;
    }
    return new ListChunk([...codeOf.keys()], offsets, Uint32Array.from(codes));
  }

  static decode(meta: ListMeta, arrays: readonly Section[]): ListChunk {
    return new ListChunk(meta.elements, arrays[0] as Uint32Array, arrays[1] as Uint32Array);
  }

  get bytes(): number {
    return this.#elementBytes + this.#offsets.byteLength + this.#codes.byteLength + this.#overlay.size * 256;
  }

  get stats(): ColumnStats {
    let present = 0;
    for (let i = 1; i < this.#offsets.length; i++) present += Number(this.#offsets[i] !== this.#offsets[i - 1]);
    return { present, min: null, max: null, distinct: null };
  }

  get(index: number): readonly string[] | null {
    if (this.#overlay.has(index)) return this.#overlay.get(index);
    if (index + 1 >= this.#offsets.length) return null;
    const codes = this.#codes.subarray(this.#offsets[index], this.#offsets[index + 1]);
    return codes.length === 0 ? null : Array.from(codes, (code) => this.#elements[code] as string);
  }

  set(index: number, value: TypedValue): ListColumn {
    this.#overlay.set(index, value as readonly string[] | null);
    return this.#overlay.isFull ? ListChunk.build(this.#values()) : this;
  }

  #values(): (readonly string[] | null)[] {
    const last = [...this.#overlay.changes.keys()].reduce((highest, index) => Math.max(highest, index), -1);
    const rows = Math.max(this.#offsets.length - 1, last + 1);
    return Array.from({ length: rows }, (_, index) => this.get(index));
  }

  scanPresent(mask: Words, out: Words): void {
    out.set(mask);
    for (let i = 0; i < CHUNK_ROWS; i++) {
      if (i + 1 >= this.#offsets.length || this.#offsets[i] === this.#offsets[i + 1]) clearBit(out, i);
    }
    this.#overlay.correct(mask, out, () => true);
  }

  scanElements(search: TextSearch, mask: Words, out: Words): void {
    out.fill(0);
    const hits = Uint8Array.from(this.#elements, (element) => Number(search.matches(element)));
    if (hits.includes(1)) this.#scanCodes(hits, mask, out);
    this.#overlay.correct(mask, out, (elements) => elements.some(search.matches));
  }

  readLengths(first: number, out: Float64Array): void {
    const end = Math.max(0, Math.min(out.length, this.#offsets.length - 1 - first));
    for (let i = 0; i < end; i++) {
      const length = (this.#offsets[first + i + 1] as number) - (this.#offsets[first + i] as number);
      out[i] = length === 0 ? Number.NaN : length;
    }
    out.fill(Number.NaN, end);
    for (const [index, value] of this.#overlay.changes) {
      const at = index - first;
      if (at >= 0 && at < out.length) out[at] = value === null ? Number.NaN : value.length;
    }
  }

  #scanCodes(hits: Uint8Array, mask: Words, out: Words): void {
    const rows = this.#offsets.length - 1;
    for (let row = 0; row < rows; row++) {
      if (!hasBit(mask, row)) continue;
      const end = this.#offsets[row + 1] as number;
      for (let i = this.#offsets[row] as number; i < end; i++) {
        if (hits[this.#codes[i] as number] === 0) continue;
        setBit(out, row);
        break;
      }
    }
  }

  encode(): Uint8Array {
    if (this.#overlay.size > 0) return ListChunk.build(this.#values()).encode();
    const meta: ListMeta = { encoding: "lists", elements: this.#elements };
    return packSections(meta, [this.#offsets, this.#codes]);
  }
}
