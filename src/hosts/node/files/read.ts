/**
 * A file's bytes as a stream. The file is opened at the first read and by number: a body that nobody reads
 * holds nothing open, and one that is dropped half-read is no error of the garbage collector's.
 */
import { close, fstat, open, read, type Stats } from "node:fs";
import { promisify } from "node:util";

const CHUNK = 256 * 1024;
const [openFile, closeFile, readFile, statFile] = [
  promisify(open),
  promisify(close),
  promisify(read),
  promisify(fstat),
];

export interface FileRange {
  readonly offset: number;
  readonly length: number;
}

/** Fails when the file at the path is no longer the one that `expected` describes. */
export function streamFile(path: string, expected: Stats, { offset, length }: FileRange): ReadableStream<Uint8Array> {
  let file: number | null = null;
  let position = offset;
  const end = offset + length;
  const finish = async () => {
    const opened = file;
    file = null;
    if (opened !== null) await closeFile(opened);
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          file ??= await openSame(path, expected);
          const wanted = Math.min(CHUNK, end - position);
          const { bytesRead, buffer } = await readFile(file, new Uint8Array(wanted), 0, wanted, position);
          position += bytesRead;
          if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
          if (bytesRead > 0 && position < end) return;
          await finish();
          controller.close();
        } catch (error) {
          await finish();
          throw error;
        }
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  );
}

async function openSame(path: string, expected: Stats): Promise<number> {
  const file = await openFile(path, "r");
  const found = await statFile(file);
  if (found.ino === expected.ino && found.size === expected.size && found.mtimeMs === expected.mtimeMs) return file;
  await closeFile(file);
  throw new Error("the object was replaced before it was read");
}
