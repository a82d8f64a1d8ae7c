import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBlock, isUtf8 } from "./encoding.ts";

test("F10 a block is looked at as it is decoded: the same bytes are UTF-8 to both, cut or not", () => {
  const piece = fc.oneof(
    fc.constantFrom("a", "é", "日", "😀", "\u0000").map((text) => [...new TextEncoder().encode(text)]),
    fc.constantFrom(
      [0xc3],
      [0xe2, 0x82],
      [0xf0, 0x9f, 0x98],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0x80],
    ),
    fc.nat(255).map((byte) => [byte]),
  );
  const seen = new Set<boolean>();
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.boolean(), (pieces, final) => {
      const block = Uint8Array.from(pieces.flat());
      seen.add(isUtf8(block, final));
      expect(isUtf8(block, final)).toBe(!decodeBlock(block, "utf-8", final).invalid);
    }),
    { numRuns: 3_000 },
  );
  expect(seen.size).toBe(2);
});
