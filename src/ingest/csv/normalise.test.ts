import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseUpload } from "./normalise.ts";
import { bytesOf } from "./testing.ts";

function streamOf(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  const left = [...chunks];
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = left.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

const stored = (...chunks: Uint8Array[]) => collect(normaliseUpload(streamOf(...chunks)));

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  return collect(
    streamOf(bytes).pipeThrough(new CompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>),
  );
}

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

/** Of gzip and of marks. */
const BEGINNINGS = ["\x1f\x8b", "\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"];

/** One byte at a time: every state is cut somewhere. */
const bytewise = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte));
const text = "id,name\r\n1,Zoë 😀\r\n2,b\r\n";

describe("what is stored of an upload", () => {
  test("F1 gzip is unpacked", async () => {
    const packed = await gzip(bytesOf(text));
    expect(await stored(packed)).toEqual(bytesOf(text));
    expect(await stored(...bytewise(packed))).toEqual(bytesOf(text));
  });

  test("F2 gzip that is cut off or damaged is a problem", async () => {
    const packed = await gzip(bytesOf(text.repeat(50)));
    const damaged = packed.slice();
    damaged[30]! ^= 0xff;
    const broken = [
      packed.subarray(0, packed.length - 9),
      packed.subarray(0, 5),
      damaged,
      new Uint8Array([...packed, 65]),
      new Uint8Array([...packed, 0x1f, 0x8b]),
    ];
    expect(await stored(new Uint8Array([...packed, ...packed, 0, 0]))).toEqual(bytesOf(text.repeat(100)));
    for (const bytes of broken) {
      await expect(stored(bytes)).rejects.toMatchObject({ problem: { code: "broken_gzip", status: 422 } });
    }
  });

  test("F3 an upload that unpacks to too much is a problem", async () => {
    const bomb = await gzip(new Uint8Array(20_000_000));
    expect(bomb.length).toBeLessThan(50_000);
    const upload = normaliseUpload(streamOf(bomb), { maxBytes: 1_000_000 });
    await expect(collect(upload)).rejects.toMatchObject({
      problem: { code: "file_too_large", facts: { limit: 1_000_000 } },
    });
  });

  test("F4 UTF-16 becomes UTF-8, with and without its mark, in a gzip too", async () => {
    for (const littleEndian of [true, false]) {
      for (const bytes of [utf16(`\ufeff${text}`, littleEndian), utf16(text, littleEndian)]) {
        expect(await stored(bytes)).toEqual(bytesOf(text));
        expect(await stored(...bytewise(bytes))).toEqual(bytesOf(text));
        expect(await stored(await gzip(bytes))).toEqual(bytesOf(text));
      }
    }
  });

  test("F5 a byte order mark is dropped", async () => {
    expect(await stored(bytesOf(`\ufeff${text}`))).toEqual(bytesOf(text));
    expect(await stored(await gzip(bytesOf(`\ufeff${text}`)))).toEqual(bytesOf(text));
  });

  test("F6 everything else is stored byte for byte", async () => {
    expect(await stored()).toEqual(new Uint8Array(0));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 }), async (chunks) => {
        const whole = new Uint8Array(chunks.flatMap((chunk) => [...chunk]));
        const latin1 = String.fromCharCode(...whole);
        fc.pre(!BEGINNINGS.some((mark) => latin1.startsWith(mark)) && !whole.includes(0));
        expect(await stored(...chunks)).toEqual(whole);
      }),
    );
  });

  test("F7 a sender that breaks off fails the upload with its own error", async () => {
    const packed = await gzip(bytesOf(text.repeat(1_000)));
    for (const first of [packed.subarray(0, 20), bytesOf(text)]) {
      let sent = false;
      const upload = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (sent) controller.error(new Error("connection lost"));
          else controller.enqueue(first);
          sent = true;
        },
      });
      await expect(collect(normaliseUpload(upload))).rejects.toThrow("connection lost");
    }
  });

  test("F7 an upload that is not wanted any more is cancelled at its sender", async () => {
    for (const chunk of [bytesOf(text.repeat(500)), utf16(text.repeat(500), true)]) {
      let cancelled = false;
      const upload = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(chunk),
        cancel: () => {
          cancelled = true;
        },
      });
      const reader = normaliseUpload(upload).getReader();
      await reader.read();
      await reader.cancel();
      expect(cancelled).toBe(true);
    }
  });
});
