import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { countOf, createDataset, getDataset, getRecord, importFile, only } from "./nouns.ts";
import type { Import } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;

beforeAll(async () => {
  ({ owner } = await openWorkspace("Europe/Berlin"));
});

/** Imports one column `v` of these cells with keys r0, r1, …; null is a blank cell. */
async function column(
  cells: readonly (string | null)[],
): Promise<{ id: string; type: string | undefined; done: Import; values: () => Promise<unknown[]> }> {
  const { id } = await createDataset(owner, { key: "id" });
  const quoted = cells.map((cell, n) => `r${n},${cell === null ? "" : `"${cell.replaceAll('"', '""')}"`}\n`);
  const done = await importFile(owner, id, `id,v\n${quoted.join("")}`);
  expect(done.status).toBe("done");
  const { fields } = await getDataset(owner, id);
  const values = () => Promise.all(cells.map(async (_, n) => (await getRecord(owner, id, `r${n}`)).data.v ?? null));
  return { id, type: fields.find((field) => field.name === "v")?.type, done, values };
}

const guesses: [string, (string | null)[], string][] = [
  ["true and false in any case", ["true", "FALSE", "True", null], "boolean"],
  ["Yes and No", ["Yes", "No"], "text"],
  ["0 and 1", ["0", "1"], "number"],
  ["signs, decimals and exponents", ["-1.5", "+2", "3e2", "4E-2", "0.5"], "number"],
  ["a leading zero", ["007", "12"], "text"],
  ["grouped digits", ["1,200", "3"], "text"],
  ["a currency", ["$5", "3"], "text"],
  ["sixteen significant digits", ["1234567890123456", "1"], "text"],
  ["fifteen significant digits", ["123456789012345", "1"], "number"],
  ["ISO dates", ["2024-02-29", "2023-12-01"], "date"],
  ["d/m/y beyond doubt", ["31/12/2023", "01/02/2024"], "date"],
  ["m/d/y beyond doubt", ["12/31/2023", "01/02/2024"], "date"],
  ["d-m-y beyond doubt", ["31-12-2023", "01-02-2024"], "date"],
  ["y/m/d", ["2023/12/31", "2024/01/02"], "date"],
  ["dates with dots", ["31.12.2023", "01.02.2024"], "date"],
  ["month names", ["31 Dec 2023", "1 Feb 2024"], "date"],
  ["a date that does not exist", ["2023-02-30", "2024-01-01"], "text"],
  ["two formats of dates in one column", ["2024-01-31", "31/01/2024"], "text"],
  ["ISO datetimes", ["2024-02-29T10:00:00Z", "2024-03-01T11:30:00+02:00"], "datetime"],
  ["JSON arrays of strings", ['["a","b"]', '["c"]'], "text_array"],
  ["a JSON array with a number", ['["a"]', "[1]"], "text"],
  ["one word among numbers", [...Array.from({ length: 3_000 }, (_, n) => String(n)), "n/a"], "text"],
];

test.each(guesses)("%s: guessed from the whole column", async (_name, cells, type) => {
  expect((await column(cells)).type).toBe(type);
});

test("blank cells do not decide a type", async () => {
  const { type, id } = await column(["1", null, "  ", "2"]);
  expect(type).toBe("number");
  expect(await countOf(owner, id, only("v", "is_empty"))).toBe(2);
});

test("where day and month cannot be told apart the column stays text, with a note that names it", async () => {
  const { type, done, values } = await column(["01/02/2024", "03/04/2024"]);
  expect(type).toBe("text");
  expect(done.notes.join(" ")).toMatch(/\bv\b/);
  expect(await values()).toEqual(["01/02/2024", "03/04/2024"]);
});

test("dates of any format answer as ISO dates", async () => {
  expect(await (await column(["31/12/2023", "01/02/2024"])).values()).toEqual(["2023-12-31", "2024-02-01"]);
  expect(await (await column(["12/31/2023", "01/02/2024"])).values()).toEqual(["2023-12-31", "2024-01-02"]);
});

test("a datetime without an offset is read in the workspace's zone", async () => {
  const { type, values } = await column(["2024-07-01 12:00:00", "2024-12-01 12:00:00"]);
  expect(type).toBe("datetime");
  expect((await values()).map((value) => Date.parse(String(value)))).toEqual([
    Date.UTC(2024, 6, 1, 10),
    Date.UTC(2024, 11, 1, 11),
  ]);
});

test("numbers, booleans and arrays answer as JSON's own", async () => {
  expect(await (await column(["1.50", "2e1", null])).values()).toEqual([1.5, 20, null]);
  expect(await (await column(["TRUE", "false"])).values()).toEqual([true, false]);
  expect(await (await column(['["a","b"]', '["c"]'])).values()).toEqual([["a", "b"], ["c"]]);
});

test("a cell that does not fit a field's type is empty, kept as it came, and counted in the report", async () => {
  const { id } = await createDataset(owner, {
    key: "id",
    fields: [
      { name: "id", type: "text" },
      { name: "n", type: "number" },
    ],
  });
  const done = await importFile(owner, id, 'id,n\na,1\nb,"1,200"\nc,n/a\nd,\n');
  expect(done).toMatchObject({ status: "done", added: 4, rejected: 0, unfit_cells: { n: 2 } });
  expect(await countOf(owner, id, only("n", "is_empty"))).toBe(3);
  expect((await getRecord(owner, id, "b")).data.n).toBe("1,200");
});

test("a later file does not change the type a field has", async () => {
  const { id } = await createDataset(owner, { key: "id" });
  await importFile(owner, id, "id,n\na,1\n");
  expect(await importFile(owner, id, "id,n\nb,many\n")).toMatchObject({ status: "done", unfit_cells: { n: 1 } });
  expect((await getDataset(owner, id)).fields.find((field) => field.name === "n")?.type).toBe("number");
});
