import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { R2Bucket } from "../../src/platform/types.ts";
import { type ContractHost, refusal, startContractHost } from "./host.ts";

const PART = 5 * 1024 * 1024;

describe("bucket", () => {
  let host: ContractHost;
  let files: R2Bucket;
  beforeAll(async () => {
    host = await startContractHost();
    files = host.env.FILES;
  });
  afterAll(() => host.stop());

  test("H33 what was put is got, whole or in a range", async () => {
    const put = await files.put("a/b.txt", "hello world");
    expect(put).toMatchObject({ key: "a/b.txt", size: 11 });
    expect(await (await files.get("a/b.txt"))?.text()).toBe("hello world");
    expect(await (await files.get("a/b.txt", { range: { offset: 6 } }))?.text()).toBe("world");
    expect(await (await files.get("a/b.txt", { range: { offset: 2, length: 3 } }))?.text()).toBe("llo");
    expect(await files.head("a/b.txt")).toMatchObject({ size: 11, etag: put.etag });
    expect((await files.get("a/b.txt"))?.uploaded).toBeInstanceOf(Date);
  });

  test("H33 a request's body can be put as it streams in", async () => {
    const body = "x".repeat(300_000);
    const answer = await host.fetch("/api/put/streamed", { method: "POST", body });
    expect(await answer.json()).toMatchObject({ key: "streamed", size: 300_000 });
    expect(await (await files.get("streamed"))?.text()).toBe(body);
  });

  test("H34 what is not there is null, and deleting it is no error", async () => {
    expect(await files.get("absent")).toBeNull();
    expect(await files.head("absent")).toBeNull();
    await files.delete(["absent", "absent too"]);
  });

  test("H35 a put replaces, with another etag", async () => {
    const first = await files.put("same", "one");
    const second = await files.put("same", new Uint8Array([1, 2]));
    expect(second.etag).not.toBe(first.etag);
    expect(new Uint8Array(await (await files.get("same"))!.arrayBuffer())).toEqual(new Uint8Array([1, 2]));
  });

  test("H36 keys are listed in order, by prefix and page by page", async () => {
    for (const key of ["list/b", "list/a", "list/c", "list/a/deeper", "other"]) await files.put(key, key);
    const first = await files.list({ prefix: "list/", limit: 3 });
    expect(first.objects.map(({ key }) => key)).toEqual(["list/a", "list/a/deeper", "list/b"]);
    expect(first.truncated).toBe(true);
    const cursor = first.truncated ? first.cursor : undefined;
    const second = await files.list({ prefix: "list/", limit: 3, ...(cursor !== undefined && { cursor }) });
    expect(second.objects.map(({ key }) => key)).toEqual(["list/c"]);
    expect(second.truncated).toBe(false);
  });

  test("H37 any key is a key, and none leaves the bucket", async () => {
    for (const key of ["../../escape", "..", "Upper", "upper", "ümlaut/é 1%", "a//b", "trailing/"]) {
      await files.put(key, key);
      expect(await (await files.get(key))?.text()).toBe(key);
    }
  });

  test("H38 a multipart upload joins its parts in order of their numbers", async () => {
    const upload = await files.createMultipartUpload("parts");
    const resumed = files.resumeMultipartUpload("parts", upload.uploadId);
    const last = await resumed.uploadPart(2, new Uint8Array([9]));
    const first = await upload.uploadPart(1, new Uint8Array(PART).fill(7));
    expect(await files.head("parts")).toBeNull();
    expect(await resumed.complete([first, last])).toMatchObject({ key: "parts", size: PART + 1 });
    const tail = await files.get("parts", { range: { offset: PART - 1 } });
    expect(new Uint8Array(await tail!.arrayBuffer())).toEqual(new Uint8Array([7, 9]));
  });

  test("H39 a part that is too small, or not there, fails the completion; an aborted upload is gone", async () => {
    const upload = await files.createMultipartUpload("bad parts");
    const small = await upload.uploadPart(1, new Uint8Array(10));
    const last = await upload.uploadPart(2, new Uint8Array(10));
    expect(await refusal(upload.complete([small, last]))).not.toBeNull();
    expect(await refusal(upload.complete([{ partNumber: 7, etag: small.etag }]))).not.toBeNull();
    await upload.abort();
    expect(await refusal(upload.uploadPart(1, new Uint8Array(10)))).not.toBeNull();
    expect(await files.head("bad parts")).toBeNull();
  });
});
