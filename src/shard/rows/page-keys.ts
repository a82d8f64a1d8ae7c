/**
 * The keys of pages alone, a tenth of their bytes: who looks many keys up, batch after batch, would read every page each
 * time. What does not fit is not kept: batches go through pages in their order, and whatever was dropped would be wanted next.
 */
import { PackedColumn } from "../../engine/index.ts";

const BYTES_KEPT = 12_000_000;
/** Of the objects around the arrays of a page. */
const BYTES_BESIDE = 400;

export class PageKeys {
  readonly #keys = new Map<number, PackedColumn>();
  #bytes = 0;

  get(first: number): PackedColumn | undefined {
    return this.#keys.get(first);
  }

  keep(first: number, { bytes, offsets }: PackedColumn): void {
    const size = bytes.length + offsets.byteLength + BYTES_BESIDE;
    if (this.#bytes + size > BYTES_KEPT) return;
    this.#bytes += size;
    this.#keys.set(first, new PackedColumn("texts", { bytes: bytes.slice(), offsets: offsets.slice() }));
  }

  forget(): void {
    this.#keys.clear();
    this.#bytes = 0;
  }
}

/** Whether a key is this one, without a string for each that is looked at. */
export function isKey(keys: PackedColumn, row: number, key: string): boolean {
  const { bytes, offsets } = keys;
  const from = offsets[row] as number;
  const length = (offsets[row + 1] as number) - from;
  if (length < key.length) return false;
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    if (unit >= 0x80) return keys.text(row) === key;
    if (bytes[from + at] !== unit) return false;
  }
  return length === key.length;
}
