/** Live changes over an encoding that cannot be patched in place. Above 2 % of the rows the column is built anew. */
import { CHUNK_ROWS, clearBit, hasBit, setBit, type Words } from "../bitmap/words.ts";

export const OVERLAY_LIMIT = Math.floor(CHUNK_ROWS * 0.02);

export class Overlay<Value> {
  readonly #changed = new Map<number, Value | null>();

  get size(): number {
    return this.#changed.size;
  }

  get isFull(): boolean {
    return this.#changed.size > OVERLAY_LIMIT;
  }

  has(index: number): boolean {
    return this.#changed.has(index);
  }

  get(index: number): Value | null {
    return this.#changed.get(index) ?? null;
  }

  set(index: number, value: Value | null): void {
    this.#changed.set(index, value);
  }

  /** What was changed, by index. */
  get changes(): ReadonlyMap<number, Value | null> {
    return this.#changed;
  }

  /** Corrects a scan's answer for the changed rows. */
  correct(mask: Words, out: Words, matches: (value: Value) => boolean): void {
    for (const [index, value] of this.#changed) {
      if (!hasBit(mask, index)) continue;
      if (value !== null && matches(value)) setBit(out, index);
      else clearBit(out, index);
    }
  }
}
