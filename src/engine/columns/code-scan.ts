/** Looks each row's code up in a table of hits: for sets of codes that are not a few stretches. */
import { bitCount, CHUNK_WORDS, type Words } from "../bitmap/words.ts";
import { FEW } from "./number-scan.ts";

type RowCodes = Uint8Array | Uint16Array;

/** `out` = the rows of `mask` whose code has a 1 in the table. */
export function scanTable(codes: RowCodes, table: Uint8Array, mask: Words, out: Words): void {
  const words = Math.min(CHUNK_WORDS, codes.length >>> 5);
  const wordOf = codes.BYTES_PER_ELEMENT === 1 ? wordOfBytes : wordOfShorts;
  for (let word = 0; word < words; word++) {
    const wanted = mask[word] as number;
    if (wanted === 0) out[word] = 0;
    else if (bitCount(wanted) < FEW) out[word] = fewInTable(table, codes, word << 5, wanted);
    else out[word] = wanted & wordOf(table, codes as Uint8Array & Uint16Array, word << 5);
  }
  out.fill(0, words);
}

/** One function for each width: V8 then knows the array that it reads. */
function wordOfBytes(table: Uint8Array, codes: Uint8Array, base: number): number {
  let bits = 0;
  for (let bit = 0; bit < 32; bit++) bits |= (table[codes[base + bit] as number] as number) << bit;
  return bits;
}

function wordOfShorts(table: Uint8Array, codes: Uint16Array, base: number): number {
  let bits = 0;
  for (let bit = 0; bit < 32; bit++) bits |= (table[codes[base + bit] as number] as number) << bit;
  return bits;
}

function fewInTable(table: Uint8Array, codes: RowCodes, base: number, wanted: number): number {
  let bits = 0;
  for (let rest = wanted; rest !== 0; rest &= rest - 1) {
    const bit = 31 - Math.clz32(rest & -rest);
    bits |= (table[codes[base + bit] as number] as number) << bit;
  }
  return bits;
}
