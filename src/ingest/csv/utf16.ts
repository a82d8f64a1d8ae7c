/** UTF-16, which Excel ("Unicode text") and Windows tools write, to UTF-8. */

export type Utf16 = "utf-16le" | "utf-16be";

/** Shares of NUL bytes in the half that holds the high bytes of Latin text, and in the other. */
const HIGH_BYTES_NUL = 0.4;
const LOW_BYTES_NUL = 0.1;

/** The byte order, from the mark or, where there is none, from where the NUL bytes stand; null when not UTF-16. */
export function sniffUtf16(beginning: Uint8Array): Utf16 | null {
  if (beginning[0] === 0xff && beginning[1] === 0xfe) return "utf-16le";
  if (beginning[0] === 0xfe && beginning[1] === 0xff) return "utf-16be";
  const pairs = beginning.length >> 1;
  if (pairs < 2) return null;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < pairs; at++) {
    if (beginning[2 * at] === 0) even++;
    if (beginning[2 * at + 1] === 0) odd++;
  }
  if (odd > pairs * HIGH_BYTES_NUL && even <= pairs * LOW_BYTES_NUL) return "utf-16le";
  return even > pairs * HIGH_BYTES_NUL && odd <= pairs * LOW_BYTES_NUL ? "utf-16be" : null;
}

/** The same text in UTF-8, without a byte order mark. Half pairs become U+FFFD. */
export async function* decodeUtf16(
  encoding: Utf16,
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  yield encoder.encode(decoder.decode(first, { stream: true }));
  for await (const chunk of rest) yield encoder.encode(decoder.decode(chunk, { stream: true }));
  const last = encoder.encode(decoder.decode());
  if (last.length > 0) yield last;
}
