/** Gzip (RFC 1952) of one or more members, as a stream of pieces. */
import { crc32 } from "./crc32.ts";
import { BrokenDeflate, Inflater } from "./inflate.ts";

const FIXED_HEADER = 10;
const TRAILER = 8;
const HAS_CRC = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
/** A name or comment longer than this is damage. */
const LONGEST_HEADER = 262_144;

/** Thrown for what is cut off, damaged, or followed by something else. */
export class BrokenGzip extends Error {}

/** Whether bytes begin as gzip does. */
export function isGzip(beginning: Uint8Array): boolean {
  return beginning[0] === 0x1f && beginning[1] === 0x8b;
}

/** The unpacked bytes, made as they are asked for. Zero bytes after the last member are padding. */
export async function* gunzip(chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const source = new Source(chunks);
  do {
    const length = await headerLength(source);
    source.skip(length);
    yield* member(source);
  } while (await another(source));
}

async function* member(source: Source): AsyncGenerator<Uint8Array, void, undefined> {
  const inflater = new Inflater();
  let crc = 0;
  let size = 0;
  inflater.give(source.takeAll(), source.ended);
  for (;;) {
    const status = run(inflater);
    const piece = inflater.take();
    crc = crc32(piece, crc);
    size = (size + piece.length) >>> 0;
    if (piece.length > 0) yield piece;
    if (status === "end") break;
    if (status === "input") {
      await source.more();
      inflater.give(source.takeAll(), source.ended);
    }
  }
  source.putBack(inflater.rest());
  const trailer = await source.peek(TRAILER);
  if (trailer.length < TRAILER) throw new BrokenGzip("cut off in its trailer");
  if (uint32(trailer, 0) !== crc || uint32(trailer, 4) !== size) throw new BrokenGzip("checksum does not match");
  source.skip(TRAILER);
}

function run(inflater: Inflater): "input" | "output" | "end" {
  try {
    return inflater.run();
  } catch (error) {
    if (error instanceof BrokenDeflate) throw new BrokenGzip(error.message);
    throw error;
  }
}

async function headerLength(source: Source): Promise<number> {
  for (let want = FIXED_HEADER; ; want *= 2) {
    const bytes = await source.peek(want);
    const length = headerEnd(bytes);
    if (length !== null) return length;
    if (bytes.length < want || want > LONGEST_HEADER) throw new BrokenGzip("cut off in its header");
  }
}

/** Bytes of the header; null when more of it must be seen. */
function headerEnd(bytes: Uint8Array): number | null {
  if (bytes.length < FIXED_HEADER) return null;
  if (!isGzip(bytes) || bytes[2] !== 8) throw new BrokenGzip("not gzip");
  const flags = bytes[3]!;
  let end = FIXED_HEADER;
  if (flags & HAS_EXTRA) end += 2 + (bytes[end] ?? 0) + ((bytes[end + 1] ?? 0) << 8);
  for (const flag of [HAS_NAME, HAS_COMMENT]) {
    if (!(flags & flag)) continue;
    const zero = bytes.indexOf(0, end);
    if (zero < 0) return null;
    end = zero + 1;
  }
  if (flags & HAS_CRC) end += 2;
  return end <= bytes.length ? end : null;
}

/** Whether a further member follows. */
async function another(source: Source): Promise<boolean> {
  for (;;) {
    const [byte] = await source.peek(1);
    if (byte === undefined) return false;
    if (byte === 0x1f) return true;
    if (byte !== 0) throw new BrokenGzip("followed by something else");
    source.skip(1);
  }
}

function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** Bytes that can be looked at before they are used. */
class Source {
  ended = false;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterator<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** The next `length` bytes, fewer only at the end. */
  async peek(length: number): Promise<Uint8Array> {
    while (this.#bytes.length < length && !this.ended) await this.more();
    return this.#bytes.subarray(0, length);
  }

  skip(length: number): void {
    this.#bytes = this.#bytes.subarray(length);
  }

  takeAll(): Uint8Array {
    const all = this.#bytes;
    this.#bytes = new Uint8Array(0);
    return all;
  }

  putBack(bytes: Uint8Array): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : joined(bytes, this.#bytes);
  }

  /** Waits for the next chunk, or the end. */
  async more(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done === true) this.ended = true;
    else this.#bytes = this.#bytes.length === 0 ? value : joined(this.#bytes, value);
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
