/** Gzip of the page's files, made once for each: they are few, small and never change while the program runs. */
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const pack = promisify(gzip);
const WORTH_BYTES = 1_024;
const TEXT = /^(text\/|application\/(json|manifest)|image\/svg)/;
const packed = new Map<string, Promise<Buffer>>();

/** Null where it is not worth it, or the browser does not take it. */
export function packedFile(
  path: string,
  etag: string,
  size: number,
  type: string,
  accepts: string,
): Promise<Buffer> | null {
  if (size < WORTH_BYTES || !TEXT.test(type) || !/\bgzip\b/.test(accepts)) return null;
  const key = `${path} ${etag}`;
  const known = packed.get(key) ?? readFile(path).then((bytes) => pack(bytes));
  packed.set(key, known);
  return known;
}
