import { constants, deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { BrokenGzip, gunzip } from "./gunzip.ts";

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpack(bytes: Uint8Array, size = 65_536): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of gunzip(chunked(bytes, size))) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

/** Runs and repeats at all distances, as compressors look for them. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(255), fc.nat(3_000)).map(([byte, length]) => new Uint8Array(length).fill(byte)),
      fc.constantFrom("id,name\n", "2021-01-02,", "x".repeat(400)).map((text) => new TextEncoder().encode(text)),
    ),
    { maxLength: 40, size: "max" },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)));
const strategy = fc.constantFrom(
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FIXED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
);
const packing = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy,
  memLevel: fc.integer({ min: 1, max: 9 }),
});

test("F1 what any compressor made, cut anywhere, in any number of members, unpacks to what it was", async () => {
  const members = fc.array(fc.tuple(content, packing), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(members, fc.integer({ min: 1, max: 3_000 }), fc.nat(600), async (parts, size, padding) => {
      const packed = Buffer.concat([
        ...parts.map(([bytes, options]) => gzipSync(bytes, options)),
        Buffer.alloc(padding),
      ]);
      expect(await unpack(packed, size)).toEqual(new Uint8Array(Buffer.concat(parts.map(([bytes]) => bytes))));
    }),
    { numRuns: 50 },
  );
});

test("F1 long matches over the whole window", async () => {
  const random = new Uint8Array(32_768).map((_, at) => (at * 2_654_435_761) >>> 13);
  const bytes = new Uint8Array(Buffer.concat([random, random, random.subarray(1), new Uint8Array(500_000), random]));
  expect(await unpack(gzipSync(bytes, { level: 9 }), 777)).toEqual(bytes);
});

test("F1 headers with a name, a comment and extra fields", async () => {
  const bytes = new TextEncoder().encode("id,name\n1,Ann\n");
  const plain = gzipSync(bytes);
  const text = (value: string) => [...new TextEncoder().encode(value), 0];
  const header = [0x1f, 0x8b, 8, 28, 0, 0, 0, 0, 0, 3, 3, 0, 7, 8, 9, ...text("a.csv"), ...text("c".repeat(5_000))];
  const packed = new Uint8Array([...header, ...deflateRawSync(bytes), ...plain.subarray(plain.length - 8)]);
  for (const size of [1, 13, 65_536]) expect(await unpack(packed, size)).toEqual(bytes);
});

test("F2 damage is found, wherever it is, and never lets other bytes through as whole", async () => {
  const bytes = new TextEncoder().encode("id,name\n1,Ann\n2,Bob\n3,Cy\n".repeat(20));
  let broken = 0;
  const place = fc.tuple(fc.nat(10_000), fc.integer({ min: 1, max: 255 }), fc.boolean(), packing);
  await fc.assert(
    fc.asyncProperty(place, fc.integer({ min: 1, max: 300 }), async ([at, flip, cut, options], size) => {
      const packed = new Uint8Array(gzipSync(bytes, options));
      const where = at % packed.length;
      packed[where]! ^= flip;
      try {
        // Some bits of headers and paddings say nothing about the content.
        expect(await unpack(cut ? packed.subarray(0, where) : packed, size)).toEqual(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(BrokenGzip);
        broken++;
      }
    }),
    { numRuns: 300 },
  );
  expect(broken).toBeGreaterThan(200);
});
