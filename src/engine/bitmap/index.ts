export { Bitmap } from "./bitmap.ts";
export { CHUNK_BITS, CHUNK_ROWS, CHUNK_WORDS, emptyWords, type Words } from "./words.ts";
