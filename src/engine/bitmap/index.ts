export { Bitmap } from "./bitmap.ts";
export { CHUNK_ROWS, emptyWords, type Words } from "./words.ts";
