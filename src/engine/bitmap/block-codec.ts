/** Blocks as bytes, for checkpoints: a tag, then the array, the runs or the bits, little-endian. 8,193 bytes at most. */
import { type Block, blockOfWords, blockWords } from "./block.ts";
import { bitCount, CHUNK_WORDS, emptyWords } from "./words.ts";

const ARRAY = 1;
const RUNS = 2;
const BITS = 3;

/** The smallest encoding of the block. */
export function encodeBlock(block: Block): Uint8Array {
  const smallest = shrink(block);
  if (smallest.form === "array") return tagged(ARRAY, smallest.items.subarray(0, smallest.size));
  if (smallest.form === "runs") return tagged(RUNS, smallest.runs);
  return tagged(BITS, smallest.words);
}

function shrink(block: Block): Block {
  const words = emptyWords();
  blockWords(block, words);
  return blockOfWords(words);
}

function tagged(tag: number, data: Uint16Array | Uint32Array): Uint8Array {
  const bytes = new Uint8Array(1 + data.byteLength);
  bytes[0] = tag;
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 1);
  return bytes;
}

/** The block of its encoding. Throws on bytes that are none. */
export function decodeBlock(bytes: Uint8Array): Block {
  const data = bytes.slice(1).buffer;
  if (bytes[0] === BITS && data.byteLength === CHUNK_WORDS * 4) return bitsBlock(new Uint32Array(data));
  if (bytes[0] === ARRAY && data.byteLength % 2 === 0) {
    const items = new Uint16Array(data);
    return { form: "array", items, size: items.length };
  }
  if (bytes[0] === RUNS && data.byteLength % 4 === 0) return runsBlock(new Uint16Array(data));
  throw new Error(`not a membership block: tag ${bytes[0]}, ${bytes.length} bytes`);
}

function bitsBlock(words: Uint32Array): Block {
  let size = 0;
  for (const word of words) size += bitCount(word);
  return { form: "bits", words, size };
}

function runsBlock(runs: Uint16Array): Block {
  let size = 0;
  for (let i = 0; i < runs.length; i += 2) size += (runs[i + 1] as number) - (runs[i] as number) + 1;
  return { form: "runs", runs, size };
}
