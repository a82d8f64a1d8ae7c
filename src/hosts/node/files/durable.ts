/** Files that are there whole, and survive a power cut, or not at all. */
import { createHash, randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

export type Content = ArrayBuffer | Uint8Array | string | ReadableStream<Uint8Array>;

/** Writes to a temporary file, syncs it, moves it into place, syncs the folder. */
export async function writeDurably(
  temporary: string,
  path: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<Stats> {
  const part = join(temporary, randomUUID());
  try {
    const file = await open(part, "wx");
    let stats: Stats;
    try {
      await write(file);
      await file.sync();
      stats = await file.stat();
    } finally {
      await file.close();
    }
    await makeFolder(dirname(path));
    await rename(part, path);
    await syncFolder(dirname(path));
    return stats;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Backpressure comes by itself: the next chunk is read when this one is written. */
export async function writeContent(file: FileHandle, content: Content): Promise<void> {
  if (content instanceof ReadableStream) {
    for await (const chunk of content) await writeAll(file, chunk);
  } else {
    await writeAll(
      file,
      typeof content === "string"
        ? Buffer.from(content)
        : content instanceof ArrayBuffer
          ? new Uint8Array(content)
          : content,
    );
  }
}

/** Changes with every put, and is known from the file alone. */
export function etagOf(stats: Stats): string {
  return createHash("md5").update(`${stats.ino}:${stats.size}:${stats.mtimeMs}`).digest("hex");
}

/** Makes a folder and its parents, each durably. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) await syncFolder(dirname(folder));
}

export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength)
    written += (await file.write(bytes, written, bytes.byteLength - written)).bytesWritten;
}
