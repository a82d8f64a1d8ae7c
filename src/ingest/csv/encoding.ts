/** Bytes to text, with the way back from a place in the text to its byte. */
import type { Encoding } from "./layout.ts";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const windows1252 = new TextDecoder("windows-1252");

export interface DecodedBlock {
  readonly text: string;
  /** Bytes that became text; fewer than given when a character is cut at the block's end. */
  readonly bytes: number;
  /** True when bytes were not UTF-8: each of them became `?`. */
  readonly invalid: boolean;
}

/**
 * Decodes a block that begins at a character's first byte. At the end of the file (`final`) a cut
 * character is an invalid one.
 */
export function decodeBlock(block: Uint8Array, encoding: Encoding, final: boolean): DecodedBlock {
  if (encoding === "windows-1252") return { text: windows1252.decode(block), bytes: block.length, invalid: false };
  const whole = final ? block : block.subarray(0, block.length - cutTail(block));
  try {
    return { text: strictUtf8.decode(whole), bytes: whole.length, invalid: false };
  } catch {
    return { text: strictUtf8.decode(replaceInvalid(whole)), bytes: whole.length, invalid: true };
  }
}

/** Whether a block that begins at a character's first byte is UTF-8; a character cut at its end is, but for the file's end. */
export function isUtf8(block: Uint8Array, final: boolean): boolean {
  const end = final ? block.length : block.length - cutTail(block);
  for (let at = 0; at < end; ) {
    if ((block[at] as number) < 0x80) {
      at++;
      continue;
    }
    const length = validSequence(block, at);
    if (length === 0) return false;
    at += length;
  }
  return true;
}

/** UTF-8 bytes of `text.slice(from, to)`; exact for text that was decoded from valid UTF-8. */
export function utf8Length(text: string, from: number, to: number): number {
  let bytes = to - from;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** How many bytes at the end begin a character that is not whole. */
function cutTail(block: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= block.length; back++) {
    const byte = block[block.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 1;
}

/** A copy in which every byte outside a valid sequence is `?`: as long as the original, so that offsets hold. */
function replaceInvalid(block: Uint8Array): Uint8Array {
  const copy = block.slice();
  for (let i = 0; i < copy.length; ) {
    const length = validSequence(copy, i);
    if (length === 0) copy[i] = 0x3f;
    i += length || 1;
  }
  return copy;
}

/** Length of the valid UTF-8 sequence at `at`, or 0. */
function validSequence(block: Uint8Array, at: number): number {
  const lead = block[at]!;
  if (lead < 0x80) return 1;
  const length = sequenceLength(lead);
  if (length === 1 || at + length > block.length) return 0;
  const second = block[at + 1]!;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = at + 2; i < at + length; i++) if ((block[i]! & 0xc0) !== 0x80) return 0;
  return length;
}
