/** `R2Bucket` on a folder: `objects/` by key, `uploads/` for multipart uploads, `temporary/` for what is being written. */
import { mkdirSync, type Stats } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { R2Bucket, R2MultipartUpload, R2Object, R2ObjectBody } from "../../../platform/types.ts";
import { type Content, etagOf, writeContent, writeDurably } from "./durable.ts";
import { keyPath, pathKey } from "./keys.ts";
import { streamFile } from "./read.ts";
import { createUpload, FolderUpload } from "./upload.ts";

const LIST_LIMIT = 1000;

export class FolderBucket implements R2Bucket {
  readonly #objects: string;
  readonly #temporary: string;
  readonly #uploads: string;

  constructor(folder: string) {
    this.#objects = join(folder, "objects");
    this.#temporary = join(folder, "temporary");
    this.#uploads = join(folder, "uploads");
    for (const path of [this.#objects, this.#temporary, this.#uploads]) mkdirSync(path, { recursive: true });
  }

  async head(key: string): Promise<R2Object | null> {
    const stats = await statOrNull(keyPath(this.#objects, key));
    return stats ? asObject(key, stats) : null;
  }

  async get(key: string, options?: { range?: { offset: number; length?: number } }): Promise<R2ObjectBody | null> {
    const path = keyPath(this.#objects, key);
    const stats = await statOrNull(path);
    if (!stats) return null;
    const offset = Math.min(options?.range?.offset ?? 0, stats.size);
    const length = Math.min(options?.range?.length ?? Number.POSITIVE_INFINITY, stats.size - offset);
    const body = length > 0 ? streamFile(path, stats, { offset, length }) : emptyStream();
    return withBody(asObject(key, stats), body);
  }

  async put(key: string, value: Content): Promise<R2Object> {
    const path = keyPath(this.#objects, key);
    return asObject(key, await writeDurably(this.#temporary, path, (file) => writeContent(file, value)));
  }

  async delete(keys: string | string[]): Promise<void> {
    for (const key of [keys].flat()) await rm(keyPath(this.#objects, key), { force: true });
  }

  /** Keys in the order of their UTF-16 code units; the cursor is the last key of the page. */
  async list(options: { prefix?: string; cursor?: string; limit?: number } = {}) {
    const { prefix = "", cursor = "", limit = LIST_LIMIT } = options;
    const files = await readdir(this.#objects, { recursive: true, withFileTypes: true });
    const keys: string[] = [];
    for (const file of files) {
      const parts = join(file.parentPath, file.name)
        .slice(this.#objects.length + 1)
        .split(/[\\/]/);
      const key = file.isFile() ? pathKey(parts) : null;
      if (key?.startsWith(prefix) && key > cursor) keys.push(key);
    }
    const page = keys.sort().slice(0, Math.min(limit, LIST_LIMIT));
    const found = await Promise.all(page.map((key) => this.head(key)));
    const objects = found.filter((object) => object !== null);
    const last = page.at(-1);
    return page.length < keys.length && last !== undefined
      ? { objects, truncated: true, cursor: last }
      : { objects, truncated: false };
  }

  async createMultipartUpload(key: string): Promise<R2MultipartUpload> {
    const path = keyPath(this.#objects, key);
    return this.#upload(key, path, await createUpload(this.#uploads));
  }

  resumeMultipartUpload(key: string, uploadId: string): R2MultipartUpload {
    return this.#upload(key, keyPath(this.#objects, key), uploadId);
  }

  #upload(key: string, path: string, uploadId: string): R2MultipartUpload {
    return new FolderUpload({ key, uploadId, path, uploads: this.#uploads, temporary: this.#temporary, asObject });
  }
}

function asObject(key: string, stats: Stats): R2Object {
  return { key, size: stats.size, etag: etagOf(stats), uploaded: stats.mtime };
}

function emptyStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

function withBody(object: R2Object, body: ReadableStream<Uint8Array>): R2ObjectBody {
  return {
    ...object,
    body,
    arrayBuffer: () => new Response(body).arrayBuffer(),
    text: () => new Response(body).text(),
  };
}

function statOrNull(path: string): Promise<Stats | null> {
  return stat(path).catch(nullIfMissing);
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
