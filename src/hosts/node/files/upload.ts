/** A multipart upload: a folder of parts, joined into one file when it completes. */
import { randomUUID } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { R2MultipartUpload, R2Object, R2UploadedPart } from "../../../platform/types.ts";
import { type Content, etagOf, makeFolder, writeAll, writeContent, writeDurably } from "./durable.ts";

const SMALLEST_PART = 5 * 1024 * 1024;
const MOST_PARTS = 10_000;
const COPY_CHUNK = 1024 * 1024;

export interface UploadParts {
  readonly key: string;
  readonly uploadId: string;
  /** Where the joined file goes. */
  readonly path: string;
  readonly uploads: string;
  readonly temporary: string;
  readonly asObject: (key: string, stats: Stats) => R2Object;
}

/** The new upload's id. */
export async function createUpload(uploads: string): Promise<string> {
  const uploadId = randomUUID();
  await makeFolder(join(uploads, uploadId));
  return uploadId;
}

export class FolderUpload implements R2MultipartUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly #parts: UploadParts;
  readonly #folder: string;

  constructor(parts: UploadParts) {
    if (!/^[0-9a-f-]{36}$/.test(parts.uploadId)) throw new Error("no such upload");
    this.key = parts.key;
    this.uploadId = parts.uploadId;
    this.#parts = parts;
    this.#folder = join(parts.uploads, parts.uploadId);
  }

  /** Repeating a part replaces it. */
  async uploadPart(partNumber: number, value: Content): Promise<R2UploadedPart> {
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MOST_PARTS) {
      throw new Error(`a part's number is 1 to ${MOST_PARTS}`);
    }
    await this.#mustExist();
    const written = await writeDurably(this.#parts.temporary, this.#partPath(partNumber), (file) =>
      writeContent(file, value),
    );
    return { partNumber, etag: etagOf(written) };
  }

  async complete(parts: R2UploadedPart[]): Promise<R2Object> {
    await this.#mustExist();
    const ordered = [...parts].sort((a, b) => a.partNumber - b.partNumber);
    await this.#check(ordered);
    const joined = await writeDurably(this.#parts.temporary, this.#parts.path, async (file) => {
      for (const { partNumber } of ordered) {
        for await (const chunk of createReadStream(this.#partPath(partNumber), { highWaterMark: COPY_CHUNK }))
          await writeAll(file, chunk);
      }
    });
    await this.abort();
    return this.#parts.asObject(this.key, joined);
  }

  async abort(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #partPath(partNumber: number): string {
    return join(this.#folder, String(partNumber).padStart(5, "0"));
  }

  async #mustExist(): Promise<void> {
    await stat(this.#folder).catch(() => {
      throw new Error("The specified multipart upload does not exist. (10024)");
    });
  }

  /** R2's rules: every part as it was uploaded, at least 5 MiB and of one size but for the last. */
  async #check(parts: R2UploadedPart[]): Promise<void> {
    let size: number | undefined;
    for (const [index, part] of parts.entries()) {
      const found = await stat(this.#partPath(part.partNumber)).catch(() => null);
      if (!found || etagOf(found) !== part.etag)
        throw new Error("One or more of the specified parts could not be found. (10025)");
      if (index === parts.length - 1) continue;
      size ??= found.size;
      if (found.size < SMALLEST_PART)
        throw new Error("Your proposed upload is smaller than the minimum allowed object size. (10011)");
      if (found.size !== size) throw new Error("There was a problem with the multipart upload. (10048)");
    }
  }
}
