export { Bitmap } from "./bitmap.ts";
export { CHUNK_ROWS, type Words } from "./words.ts";
