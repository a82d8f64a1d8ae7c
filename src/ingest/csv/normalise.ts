/**
 * What is done to an upload while it is stored, so that a byte offset in the stored file is a place
 * to read from: gzip is unpacked, UTF-16 becomes UTF-8, a byte order mark is dropped.
 */
import { type Problem, ProblemError } from "../../platform/problem.ts";
import { BrokenGzip, gunzip, isGzip } from "./gunzip.ts";
import { decodeUtf16, sniffUtf16 } from "./utf16.ts";

const LOOKED_AT = 4_096;

export interface NormaliseOptions {
  /** Bytes that the stored file may have: a small upload can unpack to a very large one. */
  readonly maxBytes?: number;
}

/**
 * The bytes to store: UTF-8 or a single-byte encoding, not compressed. The stream fails with a
 * ProblemError: `broken_gzip`, `file_too_large`.
 */
export function normaliseUpload(
  upload: ReadableStream<Uint8Array>,
  options: NormaliseOptions = {},
): ReadableStream<Uint8Array> {
  return streamOf(limited(plain(unpacked(chunksOf(upload))), options.maxBytes ?? Number.POSITIVE_INFINITY));
}

type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

async function* chunksOf(stream: ReadableStream<Uint8Array>): Chunks {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      if (value.length > 0) yield value;
    }
  } finally {
    // Left before its end, by the consumer or by an error: whoever sends need not go on.
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}

/** The first `LOOKED_AT` bytes or somewhat more, in one; fewer only where there are no more. */
async function beginning(chunks: Chunks): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < LOOKED_AT) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    parts.push(value);
    length += value.length;
  }
  const first = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    first.set(part, at);
    at += part.length;
  }
  return first;
}

async function* after(first: Uint8Array, rest: Chunks): Chunks {
  yield first;
  yield* rest;
}

async function* unpacked(chunks: Chunks): Chunks {
  try {
    const first = await beginning(chunks);
    if (isGzip(first)) {
      yield* gunzip(after(first, chunks));
      return;
    }
    if (first.length > 0) yield first;
    yield* chunks;
  } catch (error) {
    throw error instanceof BrokenGzip ? new ProblemError(brokenGzip) : error;
  } finally {
    await chunks.return();
  }
}

async function* plain(chunks: Chunks): Chunks {
  try {
    const first = await beginning(chunks);
    const utf16 = sniffUtf16(first);
    if (utf16 !== null) {
      yield* decodeUtf16(utf16, first, chunks);
      return;
    }
    const marked = first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf;
    const text = marked ? first.subarray(3) : first;
    if (text.length > 0) yield text;
    yield* chunks;
  } finally {
    await chunks.return();
  }
}

async function* limited(chunks: Chunks, maxBytes: number): Chunks {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ProblemError(fileTooLarge(maxBytes));
    yield chunk;
  }
}

function streamOf(chunks: Chunks): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return();
    },
  });
}

const brokenGzip: Problem = {
  code: "broken_gzip",
  status: 422,
  detail: "The gzip file is cut off or damaged. Compress the CSV file again, or upload it uncompressed.",
};

function fileTooLarge(limit: number): Problem {
  return {
    code: "file_too_large",
    status: 413,
    detail: `The file has more than ${limit} bytes when unpacked. Split it and import the parts one after the other.`,
    facts: { limit },
  };
}
