/** Texts as UTF-8 bytes end to end with the offset of each. An empty stretch is an empty cell: no text is "". */
import { countWords, nextBit, type Words } from "../bitmap/words.ts";
import { foldText } from "../values/fold.ts";

export interface PackedText {
  readonly bytes: Uint8Array;
  /** Row i is bytes[offsets[i] … offsets[i + 1]); one more entry than rows. */
  readonly offsets: Uint32Array;
}

/** What a byte is taken for: itself, or the small letter of an ASCII capital. */
export const AS_IS = Uint8Array.from({ length: 256 }, (_, byte) => byte);
export const SMALL = AS_IS.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte));

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function packText(values: readonly (string | null)[]): PackedText {
  const offsets = new Uint32Array(values.length + 1);
  let units = 0;
  for (const value of values) units += value === null || value === undefined ? 0 : value.length;
  let bytes = new Uint8Array(units + (units >>> 3) + 16);
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value != null) {
      if (end + value.length * 3 > bytes.length) bytes = larger(bytes, end + value.length * 3, i / values.length);
      end += encoder.encodeInto(value, bytes.subarray(end)).written;
    }
    offsets[i + 1] = end;
  }
  return { bytes: bytes.slice(0, end), offsets };
}

function larger(bytes: Uint8Array<ArrayBuffer>, needed: number, done: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(Math.max(needed, Math.ceil(bytes.length * (done > 0.5 ? 1.25 : 2))));
  grown.set(bytes);
  return grown;
}

/**
 * The texts with some rows replaced. Bytes that did not change are copied as they are: rebuilding a full chunk
 * takes a millisecond, where decoding and encoding every cell would take a hundred.
 */
export function patchText(text: PackedText, changes: ReadonlyMap<number, string | null>): PackedText {
  const indexes = [...changes.keys()].sort((a, b) => a - b);
  const rowsBefore = text.offsets.length - 1;
  const rows = Math.max(rowsBefore, (indexes.at(-1) ?? -1) + 1);
  const room = indexes.reduce((sum, index) => sum + (changes.get(index)?.length ?? 0) * 3, text.bytes.length);
  const [bytes, offsets] = [new Uint8Array(room), new Uint32Array(rows + 1)];
  let [row, end] = [0, 0];
  const copyUpTo = (to: number): void => {
    const [from, until] = [
      text.offsets[Math.min(row, rowsBefore)] as number,
      text.offsets[Math.min(to, rowsBefore)] as number,
    ];
    bytes.set(text.bytes.subarray(from, until), end);
    for (; row < to; row++) offsets[row + 1] = (text.offsets[Math.min(row + 1, rowsBefore)] as number) - from + end;
    end += until - from;
  };
  for (const index of indexes) {
    copyUpTo(index);
    end += encoder.encodeInto(changes.get(index) ?? "", bytes.subarray(end)).written;
    offsets[++row] = end;
  }
  copyUpTo(rows);
  return { bytes: bytes.slice(0, end), offsets };
}

export function readText(text: PackedText, index: number): string | null {
  if (index + 1 >= text.offsets.length) return null;
  const from = text.offsets[index] as number;
  const to = text.offsets[index + 1] as number;
  return from === to ? null : decoder.decode(text.bytes.subarray(from, to));
}

/** The texts of the rows of `mask` from a row on: codes count from 1 in what is returned, 0 is empty. */
export function readTexts({ bytes, offsets }: PackedText, first: number, mask: Words, codes: Uint32Array): string[] {
  const rows = offsets.length - 1;
  const end = Math.max(0, Math.min(codes.length, rows - first));
  codes.fill(0);
  if (end === 0) return [];
  const start = offsets[first] as number;
  const stretch = bytes.subarray(start, offsets[first + end]);
  // One text for all, and parts of it, take a tenth of the time; where each letter is a byte.
  const whole = countWords(mask) * 4 > end ? decoder.decode(stretch) : "";
  const plain = whole.length === stretch.length;
  const texts: string[] = [];
  for (let i = nextBit(mask, 0); i >= 0 && i < end; i = nextBit(mask, i + 1)) {
    const from = (offsets[first + i] as number) - start;
    const to = (offsets[first + i + 1] as number) - start;
    if (from === to) continue;
    codes[i] = texts.push(plain ? whole.slice(from, to) : decoder.decode(stretch.subarray(from, to)));
  }
  return texts;
}

/**
 * The texts as they are searched without regard to case. ASCII needs no copy: its bytes are taken for others. Letters
 * beyond it are folded into a copy, with shared offsets where lengths stay.
 */
export function foldPacked(text: PackedText): { text: PackedText; fold: Uint8Array } {
  const { bytes } = text;
  let capitals = 0;
  let high = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    capitals |= Number(byte >= 0x41) & Number(byte <= 0x5a);
    high |= byte;
  }
  if (high >= 0x80) return { text: foldLetters(text), fold: AS_IS };
  return { text, fold: capitals === 0 ? AS_IS : SMALL };
}

function foldLetters(text: PackedText): PackedText {
  const rows = text.offsets.length - 1;
  const folded = packText(
    Array.from({ length: rows }, (_, index) => {
      const value = readText(text, index);
      return value === null ? null : foldText(value);
    }),
  );
  const same = folded.offsets.every((offset, i) => offset === text.offsets[i]);
  return same ? { bytes: folded.bytes, offsets: text.offsets } : folded;
}
