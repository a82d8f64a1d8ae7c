import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FolderBucket } from "../../hosts/node/files/bucket.ts";
import { deleteFiles, storeStream } from "./files.ts";
import { streamOf } from "./stream-of.ts";

const folder = mkdtempSync(join(tmpdir(), "cutty-files-"));
const bucket = new FolderBucket(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MIB = 1024 * 1024;

const PATTERN = Buffer.from(Array.from({ length: 251 }, (_, n) => n));
/** `total` bytes that tell their place. */
const content = (total: number) => Buffer.alloc(total, PATTERN);

/** The same in chunks of this size. */
async function* bytes(total: number, chunk: number): AsyncGenerator<Uint8Array, void, undefined> {
  const all = content(total);
  for (let at = 0; at < total; at += chunk) yield all.subarray(at, at + chunk);
}

const stored = async (key: string) => Buffer.from((await (await bucket.get(key))?.arrayBuffer()) ?? new ArrayBuffer(0));

test.each([
  [0, 1000],
  [1, 1],
  [5 * MIB, 70_001],
  [8 * MIB, 3 * MIB],
  [8 * MIB + 1, 8 * MIB + 1],
  [16 * MIB, 64 * 1024],
  [20 * MIB + 5, 11 * MIB],
])("P60 %i bytes in chunks of %i come back as they were", async (total, chunk) => {
  expect(await storeStream(bucket, "file", streamOf(bytes(total, chunk)))).toBe(total);
  expect((await stored("file")).equals(content(total))).toBe(true);
});

test("P60 of a stream that fails nothing is stored, and what was there stays", async () => {
  async function* broken() {
    yield* bytes(20 * MIB, MIB);
    throw new Error("the sender went away");
  }
  await storeStream(bucket, "kept", streamOf(bytes(10, 10)));
  await expect(storeStream(bucket, "kept", streamOf(broken()))).rejects.toThrow("the sender went away");
  await expect(storeStream(bucket, "new", streamOf(broken()))).rejects.toThrow("the sender went away");
  expect((await stored("kept")).length).toBe(10);
  expect(await bucket.head("new")).toBe(null);
  expect(readdirSync(join(folder, "uploads"))).toEqual([]);
});

test("P6 a stream longer than it may be is refused, and nothing is stored", async () => {
  const stream = streamOf(bytes(10 * MIB, MIB));
  await expect(storeStream(bucket, "large", stream, 9 * MIB)).rejects.toMatchObject({
    problem: { code: "body_too_large" },
  });
  expect(await bucket.head("large")).toBe(null);
});

test("P33 deleting a folder deletes what is in it and nothing beside it", async () => {
  for (const key of ["ws/1/a", "ws/1/b/c", "ws/10/a"]) await storeStream(bucket, key, streamOf(bytes(1, 1)));
  await deleteFiles(bucket, "ws/1/");
  const { objects } = await bucket.list({ prefix: "ws/" });
  expect(objects.map((object) => object.key)).toEqual(["ws/10/a"]);
});
