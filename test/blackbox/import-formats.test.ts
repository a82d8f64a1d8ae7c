/** Each file holds the same three rows in another dress; the last ones are files as people really send them. */
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { allRecords, countOf, createDataset, getDataset, getRecord, importFile, only } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { Data } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
});

async function load(
  bytes: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<{ id: string; data: Data[] }> {
  const { id } = await createDataset(owner, { key: "id" });
  const done = await importFile(owner, id, bytes, {}, headers);
  expect(done, JSON.stringify(done)).toMatchObject({ status: "done", rejected: 0 });
  const data = (await allRecords(owner, id)).map((record) => record.data);
  return { id, data: data.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1)) };
}

const rows: [string, string, string][] = [
  ["a", "Zoë", "1.5"],
  ["b", "x, y; z|\t!", "2"],
  ["c", 'say "hi"\nthere', "-3"],
];
const wanted = [
  { id: "a", name: "Zoë", n: 1.5 },
  { id: "b", name: "x, y; z|\t!", n: 2 },
  { id: "c", name: 'say "hi"\nthere', n: -3 },
];

const write = (delimiter: string, lineEnd: string): string =>
  [["id", "name", "n"], ...rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`))]
    .map((row) => row.join(delimiter) + lineEnd)
    .join("");
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, littleEndian: boolean): Uint8Array => {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), littleEndian);
  return new Uint8Array(view.buffer);
};
const plain = write(",", "\n");

const dresses: [string, string | Uint8Array][] = [
  ["comma, LF", plain],
  ["comma, CRLF", write(",", "\r\n")],
  ["comma, CR", write(",", "\r")],
  ["semicolon", write(";", "\r\n")],
  ["tab", write("\t", "\n")],
  ["pipe", write("|", "\n")],
  ["no line end after the last row", plain.slice(0, -1)],
  ["blank lines at the end", `${plain}\n\n`],
  ["UTF-8 with a BOM", utf8(`\uFEFF${plain}`)],
  ["UTF-16, little endian", utf16(`\uFEFF${plain}`, true)],
  ["UTF-16, big endian", utf16(`\uFEFF${plain}`, false)],
  ["Windows-1252", Buffer.from(plain, "latin1")],
  ["gzip", gzipSync(plain)],
];

test.each(dresses)("%s is read right", async (_name, bytes) => {
  expect((await load(bytes)).data).toEqual(wanted);
});

test("gzip is read right when it is declared as the content's encoding", async () => {
  expect((await load(gzipSync(plain), { "content-encoding": "gzip" })).data).toEqual(wanted);
});

test("gzip of several members is read to its end or refused, never by half", async () => {
  const half = plain.indexOf("\n") + 1;
  const bytes = Buffer.concat([gzipSync(plain.slice(0, half)), gzipSync(plain.slice(half))]);
  const { id } = await createDataset(owner, { key: "id" });
  const answer = await owner.send("POST", `/api/v1/datasets/${id}/imports`, {
    body: bytes,
    headers: { "content-type": "text/csv" },
  });
  if (answer.status === 202) expect((await load(bytes)).data).toEqual(wanted);
  else expectProblem(answer, 422, "broken_gzip");
});

test("Windows-1252's own characters are read right", async () => {
  const bytes = Buffer.concat([Buffer.from("id,name\na,"), Buffer.from([0x80, 0x93, 0xe9, 0x94]), Buffer.from("\n")]);
  expect((await load(bytes)).data).toEqual([{ id: "a", name: "€“é”" }]);
});

test("a short row leaves the missing fields empty; a long one never shifts or loses a neighbour", async () => {
  const { id } = await createDataset(owner, { key: "id" });
  const done = await importFile(owner, id, "id,p,q\na,1\nb,1,2\nc,1,2,3\nd,4,5\n");
  expect(done).toMatchObject({ status: "done", rows_read: 4 });
  expect(done.added + done.rejected).toBe(4);
  expect((await getRecord(owner, id, "a")).data).toMatchObject({ id: "a", p: 1 });
  expect((await getRecord(owner, id, "a")).data.q ?? null).toBeNull();
  expect((await getRecord(owner, id, "b")).data).toMatchObject({ p: 1, q: 2 });
  expect((await getRecord(owner, id, "d")).data).toMatchObject({ p: 4, q: 5 });
});

test("duplicate and empty headers become names of their own; no column is lost", async () => {
  const { id } = await createDataset(owner, { key: "id" });
  expect(await importFile(owner, id, "id,mail,,mail\na,1@x.org,third,2@x.org\n")).toMatchObject({
    status: "done",
    added: 1,
  });
  const names = (await getDataset(owner, id)).fields.map((field) => field.name);
  expect(new Set(names).size).toBe(4);
  expect(names).toEqual(expect.arrayContaining(["id", "mail", "column_3"]));
  const { data } = await getRecord(owner, id, "a");
  expect(Object.values(data).sort()).toEqual(["1@x.org", "2@x.org", "a", "third"]);
});

test.each(["a.b", 'say "x"', "🎈 size", "a b", "constructor", "__proto__", "'; DROP", "$.x[0]"])(
  "a header %j is a field like any other",
  async (name) => {
    const { id } = await createDataset(owner, { key: "id" });
    const header = `"${name.replaceAll('"', '""')}"`;
    expect(await importFile(owner, id, `id,${header}\na,one\nb,two\n`)).toMatchObject({ status: "done", added: 2 });
    expect((await getDataset(owner, id)).fields.map((field) => field.name)).toContain(name);
    expect(await countOf(owner, id, only(name, "equals", "two"))).toBe(1);
    expect(Object.entries((await getRecord(owner, id, "a")).data)).toContainEqual([name, "one"]);
  },
);

test("headers and keys are trimmed, other values are not", async () => {
  const { data } = await load("  id , name \n a , Ann \n");
  expect(data).toEqual([{ id: "a", name: " Ann " }]);
});

test("a file of a header alone is done with no rows", async () => {
  const { id } = await createDataset(owner, { key: "id" });
  expect(await importFile(owner, id, "id,name\n")).toMatchObject({ status: "done", rows_read: 0, added: 0 });
});
