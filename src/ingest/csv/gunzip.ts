/**
 * Gzip of one or more members, unpacked as a stream. `node:zlib`, which both hosts have, because the
 * platform's DecompressionStream refuses a file of several members.
 */
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** Thrown for what is cut off or damaged. */
export class BrokenGzip extends Error {}

/** Whether bytes begin as gzip does. */
export function isGzip(beginning: Uint8Array): boolean {
  return beginning[0] === 0x1f && beginning[1] === 0x8b;
}

/** The unpacked bytes, made as they are asked for. What follows the last member and is not gzip is ignored. */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const unpacker = createGunzip();
  const packed = Readable.from(chunks, { objectMode: false });
  packed.on("error", (error) => unpacker.destroy(error));
  packed.pipe(unpacker);
  try {
    for await (const piece of unpacker) yield piece as Uint8Array;
  } catch (error) {
    throw isZlibError(error) ? new BrokenGzip(error.message) : error;
  } finally {
    packed.destroy();
    unpacker.destroy();
  }
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
