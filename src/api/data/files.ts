/** Files in the bucket: storing streams of unknown length, and deleting by folder. */

import type { R2Bucket, R2UploadedPart } from "../../platform/types.ts";
import { bodyTooLarge } from "../body.ts";

/** Parts of a multipart upload have one size, but for the last. */
const PART_BYTES = 8 * 1024 * 1024;

/**
 * Stores a stream whose length nobody knows, with one part in memory at a time. Durable, whole or not at all, when it
 * answers the number of bytes. What the stream fails with is thrown, and nothing is stored; so is 413 `body_too_large`
 * for more than `limit` bytes.
 */
export async function storeStream(
  bucket: R2Bucket,
  key: string,
  stream: ReadableStream<Uint8Array>,
  limit = Number.POSITIVE_INFINITY,
): Promise<number> {
  const parts = partsOf(stream, limit);
  const first = await parts.next();
  const only = first.value ?? new Uint8Array(0);
  if (first.done || only.byteLength < PART_BYTES) {
    await bucket.put(key, only);
    return only.byteLength;
  }
  const upload = await bucket.createMultipartUpload(key);
  try {
    const done: R2UploadedPart[] = [await upload.uploadPart(1, only)];
    let bytes = only.byteLength;
    for await (const part of parts) {
      done.push(await upload.uploadPart(done.length + 1, part));
      bytes += part.byteLength;
    }
    await upload.complete(done);
    return bytes;
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

/** The stream cut into full parts and a rest. A file that ends with a part exactly has no empty rest. */
async function* partsOf(
  stream: ReadableStream<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let part = new Uint8Array(PART_BYTES);
  let filled = 0;
  let total = 0;
  for await (const chunk of stream) {
    total += chunk.byteLength;
    if (total > limit) throw bodyTooLarge(limit, total);
    for (let at = 0; at < chunk.byteLength; ) {
      const piece = chunk.subarray(at, at + PART_BYTES - filled);
      part.set(piece, filled);
      filled += piece.byteLength;
      at += piece.byteLength;
      if (filled < PART_BYTES) continue;
      yield part;
      part = new Uint8Array(PART_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}

/** Deletes every file whose key begins so. */
export async function deleteFiles(bucket: R2Bucket, prefix: string): Promise<void> {
  for (;;) {
    const { objects, truncated } = await bucket.list({ prefix, limit: 1000 });
    if (objects.length > 0) await bucket.delete(objects.map((object) => object.key));
    if (!truncated) return;
  }
}
