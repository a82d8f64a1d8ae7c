/** Whatever is sent as a file, the import ends done or failed, its sums hold, and the server lives. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { allRecords, createDataset, getDataset, settled } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import { seed } from "./seed.ts";
import { openWorkspace } from "./workspace.ts";

const RUNS = 40;
let owner: Client;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
});

/** True when something was imported. */
async function survives(bytes: Uint8Array, key: string | null, mode: string): Promise<boolean> {
  const { id } = await createDataset(owner, { key });
  const options = { body: new Uint8Array(bytes), query: { mode }, headers: { "content-type": "text/csv" } };
  const answer = await owner.send<{ id: string }>("POST", `/api/v1/datasets/${id}/imports`, options);
  if (answer.status !== 202) {
    expectProblem(answer, [400, 413, 415, 422]);
    return false;
  }
  const state = await settled(owner, answer.body.id);
  expect(["done", "failed"]).toContain(state.status);
  if (state.status === "failed") expect(state.error?.detail).toMatch(/\w+ \w+/);
  expect(state.error?.code ?? "").not.toMatch(/internal/);
  if (state.status === "done")
    expect(state.added + state.updated + state.unchanged + state.rejected).toBe(state.rows_read);
  const records = await allRecords(owner, id);
  expect(records.length).toBe((await getDataset(owner, id)).record_count);
  expect((await owner.send("GET", `/api/v1/imports/${answer.body.id}/rejects`)).status).toBe(200);
  return state.added > 0;
}

const modes = fc.constantFrom("upsert", "append", "replace");

test("random bytes", async () => {
  const property = fc.asyncProperty(
    fc.uint8Array({ maxLength: 400 }),
    modes,
    async (bytes, mode) => void (await survives(bytes, null, mode)),
  );
  await fc.assert(property, { seed, numRuns: RUNS });
});

const cell = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom(
    "",
    " ",
    "1",
    "007",
    '"',
    '""',
    "a,b",
    "a;b",
    "x\ny",
    "\r",
    "\u0000",
    "2024-01-31",
    "true",
    "[]",
    '["a"]',
    "=1+1",
    "🎈",
    "\uFEFF",
  ),
);
const delimiter = fc.constantFrom(",", ";", "\t", "|");
const table = fc.tuple(
  fc.array(cell, { minLength: 1, maxLength: 4 }),
  fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 12 }),
  delimiter,
  fc.boolean(),
);

const writeTable = ([header, rows, mark, quoted]: [string[], string[][], string, boolean]): string =>
  [["id", ...header], ...rows]
    .map((row) => row.map((text) => (quoted ? `"${text.replaceAll('"', '""')}"` : text)).join(mark))
    .join("\n");

test("random tables, quoted or not, keyed or not, gzipped or not", async () => {
  let imported = 0;
  const property = fc.asyncProperty(table, modes, fc.boolean(), fc.boolean(), async (made, mode, keyed, zipped) => {
    const bytes = new TextEncoder().encode(writeTable(made));
    if (await survives(zipped ? gzipSync(bytes) : bytes, keyed ? "id" : null, mode)) imported++;
  });
  await fc.assert(property, { seed, numRuns: RUNS });
  expect(imported, "tables that were imported").toBeGreaterThan(RUNS / 4);
});

test("good files with bytes changed, cut out or cut off", async () => {
  const good = new TextEncoder().encode(
    `id,name,n\n${Array.from({ length: 50 }, (_, n) => `k${n},"Näme ${n}",${n}\n`).join("")}`,
  );
  const property = fc.asyncProperty(
    fc.nat(good.length - 1),
    fc.nat(40),
    fc.uint8Array({ maxLength: 6 }),
    fc.boolean(),
    async (at, gone, added, zipped) => {
      const whole = zipped ? gzipSync(good) : good;
      const place = at % whole.length;
      await survives(Buffer.concat([whole.subarray(0, place), added, whole.subarray(place + gone)]), "id", "upsert");
    },
  );
  await fc.assert(property, { seed, numRuns: RUNS });
});
