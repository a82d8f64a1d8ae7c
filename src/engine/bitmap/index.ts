export { Bitmap } from "./bitmap.ts";
export { CHUNK_ROWS, CHUNK_WORDS, countWords, emptyWords, type Words } from "./words.ts";
