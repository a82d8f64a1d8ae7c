/** Booleans as two bitsets: which rows are true, which are not empty. */
import { CHUNK_WORDS, clearBit, countWords, emptyWords, hasBit, setBit, type Words } from "../bitmap/words.ts";
import type { TypedValue } from "../values/types.ts";
import type { BooleanColumn, ColumnStats } from "./column.ts";
import { packSections, type Section } from "./sections.ts";

export interface BooleanMeta {
  readonly encoding: "bits";
}

export class BooleanChunk implements BooleanColumn {
  readonly family = "boolean";
  readonly encoding = "bits";
  readonly #true: Words;
  readonly #present: Words;

  constructor(yes: Words = emptyWords(), present: Words = emptyWords()) {
    this.#true = yes;
    this.#present = present;
  }

  static build(values: readonly TypedValue[]): BooleanChunk {
    const column = new BooleanChunk();
    for (let i = 0; i < values.length; i++) if (values[i] != null) column.set(i, values[i] as boolean);
    return column;
  }

  static decode(_meta: BooleanMeta, arrays: readonly Section[]): BooleanChunk {
    return new BooleanChunk(arrays[0] as Words, arrays[1] as Words);
  }

  get bytes(): number {
    return this.#true.byteLength + this.#present.byteLength;
  }

  get stats(): ColumnStats {
    return { present: countWords(this.#present), min: null, max: null, distinct: 2 };
  }

  get(index: number): boolean | null {
    return hasBit(this.#present, index) ? hasBit(this.#true, index) : null;
  }

  set(index: number, value: TypedValue): BooleanChunk {
    if (value === true) setBit(this.#true, index);
    else clearBit(this.#true, index);
    if (value === null) clearBit(this.#present, index);
    else setBit(this.#present, index);
    return this;
  }

  scanPresent(mask: Words, out: Words): void {
    this.scanTruth(true, true, mask, out);
  }

  scanTruth(wantTrue: boolean, wantFalse: boolean, mask: Words, out: Words): void {
    const [yes, no] = [wantTrue ? -1 : 0, wantFalse ? -1 : 0];
    for (let i = 0; i < CHUNK_WORDS; i++) {
      const value = this.#true[i] as number;
      out[i] = (mask[i] as number) & (this.#present[i] as number) & ((value & yes) | (~value & no));
    }
  }

  encode(): Uint8Array {
    return packSections({ encoding: "bits" } satisfies BooleanMeta, [this.#true, this.#present]);
  }
}
