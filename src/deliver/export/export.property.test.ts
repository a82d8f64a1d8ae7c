/** An export's file against the members that it was made of: formats, parts of all sizes, faults and crashes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cell } from "../../engine/index.ts";
import { failure, success } from "../../platform/problem.ts";
import type { R2MultipartUpload, R2Object, R2UploadedPart } from "../../platform/types.ts";
import { Clock, ObjectHost } from "../testing/object-host.ts";
import { ExportObject } from "./export.ts";
import type { FormatName } from "./formats/index.ts";
import type { ExportPorts } from "./ports.ts";

/** A bucket in memory that loses what is under way, and refuses what R2 refuses: parts of other sizes, a second end. */
class Bucket {
  readonly files = new Map<string, Uint8Array>();
  readonly uploads = new Map<string, Map<number, Uint8Array>>();
  before: () => void = () => {};

  readonly ports: ExportPorts["files"] = {
    put: async (key, value) => {
      this.before();
      this.files.set(key, value as Uint8Array);
      return objectOf(key, value as Uint8Array);
    },
    head: async (key) => {
      const file = this.files.get(key);
      return file ? objectOf(key, file) : null;
    },
    delete: async (keys) => {
      this.before();
      for (const key of [keys].flat()) this.files.delete(key);
    },
    createMultipartUpload: async (key) => {
      this.before();
      const id = `upload ${this.uploads.size}`;
      this.uploads.set(id, new Map());
      return this.#upload(key, id);
    },
    resumeMultipartUpload: (key, id) => this.#upload(key, id),
  };

  #upload(key: string, uploadId: string): R2MultipartUpload {
    const partsOf = () => this.uploads.get(uploadId) ?? expect.fail(`no ${uploadId}`);
    return {
      ...{ key, uploadId },
      uploadPart: async (partNumber, value) => {
        this.before();
        partsOf().set(partNumber, value as Uint8Array);
        return { partNumber, etag: String(partNumber) };
      },
      complete: async (parts: R2UploadedPart[]) => {
        this.before();
        const pieces = parts.map(({ partNumber }) => partsOf().get(partNumber) ?? expect.fail("a part is missing"));
        const sizes = new Set(pieces.slice(0, -1).map(({ byteLength }) => byteLength));
        expect(sizes.size).toBeLessThanOrEqual(1);
        const whole = new Uint8Array(Buffer.concat(pieces));
        this.files.set(key, whole);
        this.uploads.delete(uploadId);
        return objectOf(key, whole);
      },
      abort: async () => void this.uploads.delete(uploadId),
    };
  }
}

const objectOf = (key: string, value: Uint8Array) => ({ key, size: value.byteLength }) as unknown as R2Object;

const FIELDS = [
  { id: 1, name: "plan", type: "text" },
  { id: 2, name: "spent", type: "number" },
] as const;
// Blank text is answered as null.
const text = fc.string({ maxLength: 20 }).map((some) => `t${some}`);
const cell = fc.oneof(fc.constant(null), text, fc.constantFrom('say "hi"', "a,b", "two\nlines", " padded "));
const member = fc.record({ plan: cell, spent: fc.option(fc.integer(), { nil: null }) });
const shards = fc.array(fc.array(member, { maxLength: 2_300, size: "max" }), { minLength: 1, maxLength: 3 });
const formats = fc.constantFrom<FormatName[]>("csv", "json", "ndjson");
const faults = fc.infiniteStream(fc.constantFrom("none", "none", "none", "none", "none", "fault", "crash"));

function textOf(format: FormatName, members: readonly { key: string; plan: Cell; spent: Cell }[]): string {
  const objects = members.map(({ key, plan, spent }) => JSON.stringify({ key, fields: { plan, spent } }));
  if (format === "ndjson") return objects.map((one) => `${one}\n`).join("");
  if (format === "json") return objects.length === 0 ? "[\n]\n" : `[\n${objects.join(",\n")}\n]\n`;
  const quoted = (value: Cell) => {
    const text = value === null ? "" : String(value);
    return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = members.map(({ key, plan, spent }) => [key, quoted(plan), quoted(spent)].join(","));
  return ["key,plan,spent", ...lines].map((line) => `${line}\r\n`).join("");
}

test("U20 U21 the file is the members in their order, whatever fails or crashes on the way, and goes at its end", async () => {
  let inParts = 0;
  await fc.assert(
    fc.asyncProperty(
      shards,
      formats,
      fc.integer({ min: 3_000, max: 60_000 }),
      faults,
      async (data, format, partBytes, steps) => {
        const clock = new Clock();
        const bucket = new Bucket();
        let crash = () => {};
        bucket.before = () => {
          const step = steps.next().value;
          if (step === "crash") crash();
          if (step !== "none") throw new Error(step);
        };
        const ports: ExportPorts = {
          now: clock.now,
          files: bucket.ports,
          readMembers: async (_, shard, after, limit) => {
            const rows = (data[shard] ?? []).slice(after + 1, after + 1 + limit);
            const records = rows.map(({ plan, spent }, at) => ({
              ...{ key: `s${shard}r${after + 1 + at}`, cells: [null, plan, spent], created_at: 0, updated_at: 0 },
            }));
            return success({ records, last: after + rows.length, done: rows.length < limit });
          },
        };
        const host = new ObjectHost("exp_1", clock, (state) => new ExportObject(state, ports, partBytes));
        crash = () => host.crash();
        await host.object.begin({
          ...{ dataset_id: "ds_1", shard_count: data.length, catalogue_version: 1, segment_id: "seg_1", format },
          ...{ columns: { fields: FIELDS, key: "key", key_at: -1 }, expected: data.flat().length },
          ...{ file_key: "file", expires_at: clock.now() + 3_600_000 },
        });
        // What a dead instance throws reaches nobody; its alarm rings again.
        const ring = () =>
          host.object.alarm().catch((error: unknown) => expect(String(error)).toContain("the object has crashed"));
        const status = async () => (await host.object.state())?.status;
        for (let turn = 0; turn < 200 && (await status()) !== "done" && (await status()) !== "failed"; turn++) {
          await ring();
        }
        if ((await status()) === "failed") return; // eight faults in a row
        const members = data.flatMap((rows, shard) => rows.map((row, at) => ({ key: `s${shard}r${at}`, ...row })));
        const text = Buffer.from(bucket.files.get("file") ?? expect.fail("no file")).toString();
        expect(text).toBe(textOf(format, members));
        expect(await host.object.state()).toMatchObject({
          progress: 1,
          rows: members.length,
          bytes: Buffer.byteLength(text),
        });
        if (Buffer.byteLength(text) > 3 * partBytes) inParts++;
        clock.advance(3_600_001);
        for (let turn = 0; turn < 50 && (await status()) === "done"; turn++) await ring();
        expect([await status(), bucket.files.size]).toEqual(["expired", 0]);
      },
    ),
    { numRuns: 60 },
  );
  expect(inParts).toBeGreaterThan(10);
}, 120_000);

test("U20 a segment that goes meanwhile ends its export with the reason", async () => {
  const clock = new Clock();
  const bucket = new Bucket();
  const detail = "There is no such segment on this dataset.";
  const ports: ExportPorts = {
    now: clock.now,
    files: bucket.ports,
    readMembers: async () => failure({ code: "segment_not_found", status: 404, detail }),
  };
  const host = new ObjectHost("exp_1", clock, (state) => new ExportObject(state, ports));
  await host.object.begin({
    ...{ dataset_id: "ds_1", shard_count: 1, catalogue_version: 1, segment_id: "seg_1", format: "csv", expected: 1 },
    ...{ columns: { fields: FIELDS, key: "key", key_at: -1 }, file_key: "file", expires_at: clock.now() + 1_000 },
  });
  await host.object.alarm();
  expect(await host.object.state()).toMatchObject({ status: "failed", error: { code: "segment_not_found", detail } });
  expect(bucket.files.size).toBe(0);
});
