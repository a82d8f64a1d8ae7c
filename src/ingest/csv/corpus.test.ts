/**
 * A folder of files, each with what it must read as beside it: a regression is one more file. With
 * CUTTY_WRITE_CORPUS=1 missing expectations are written, to be looked over before they are committed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ProblemError, unwrap } from "../../platform/problem.ts";
import { inspectFile, normaliseUpload } from "./index.ts";
import { rangesOf, readAll } from "./testing.ts";

const FOLDER = join(import.meta.dirname, "../../../test/corpora/csv");
const files = readdirSync(FOLDER).filter((name) => /\.csv(?:\.gz)?$/.test(name));

async function reading(upload: Uint8Array<ArrayBuffer>): Promise<object> {
  try {
    const stored = normaliseUpload(new Blob([upload]).stream());
    const file = new Uint8Array(await new Response(stored as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
    const { inspection, layout } = unwrap(await inspectFile(rangesOf(file), file.length));
    const { records, rejects } = await readAll(file, { dialect: layout, ...layout.start });
    return {
      encoding: inspection.encoding,
      delimiter: inspection.delimiter,
      fields: inspection.fields.map(({ name, type, format }) => [name, format === null ? type : `${type} ${format}`]),
      keys: inspection.key_candidates,
      notes: [...inspection.notes, ...inspection.fields.flatMap(({ note }) => note ?? [])],
      rows: records.map(({ line, cells }) => [line, ...cells]),
      rejects: rejects.map(({ line, code, row }) => [line, code, row]),
    };
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem.code };
    throw error;
  }
}

test.each(files)("F35 %s reads as expected", async (name) => {
  const expected = join(FOLDER, `${name}.expected.json`);
  const actual = await reading(new Uint8Array(readFileSync(join(FOLDER, name))));
  if (process.env.CUTTY_WRITE_CORPUS === "1" && !existsSync(expected)) {
    writeFileSync(expected, `${JSON.stringify(actual, null, 2)}\n`);
  }
  expect(actual).toEqual(JSON.parse(readFileSync(expected, "utf8")));
});

test("F35 the corpus holds its files", () => {
  expect(files.length).toBeGreaterThan(25);
});
