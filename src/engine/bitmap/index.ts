export { Bitmap } from "./bitmap.ts";
