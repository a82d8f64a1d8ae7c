import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader, ByteWriter } from "./row-numbers.ts";

test("S44 row numbers come back from their bytes, and take few where they follow each other", () => {
  const rows = fc
    .uniqueArray(fc.oneof(fc.nat(40), fc.nat(100_000), fc.nat(4_000_000_000)), { maxLength: 60 })
    .map((rows) => rows.sort((a, b) => a - b));
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      const writer = new ByteWriter();
      writer.rows(a);
      writer.rows(b);
      const reader = new ByteReader(writer.bytes);
      expect([reader.rows(), reader.rows()]).toEqual([a, b]);
    }),
    { numRuns: 500 },
  );
  const writer = new ByteWriter();
  writer.rows(Array.from({ length: 8_000 }, (_, row) => 1_000_000 + 2 * row));
  expect(writer.bytes.length).toBeLessThan(2_100);
});
