import Papa from "papaparse";
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import {
  allRecords,
  createDataset,
  createSegment,
  getDataset,
  getRecord,
  importFile,
  memberKeys,
  only,
  settled,
  startImport,
} from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { Import } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;
const keyed = async () => (await createDataset(owner, { key: "id" })).id;
const keysOf = async (dataset: string) => (await allRecords(owner, dataset)).map(({ key }) => key).sort();

/** `id,plan` with rows a0…a(n-1). */
const file = (count: number, plan = "Basic") =>
  `id,plan\n${Array.from({ length: count }, (_, n) => `a${n},${plan}\n`).join("")}`;

function expectSum(done: Import): void {
  expect(done.added + done.updated + done.unchanged + done.rejected).toBe(done.rows_read);
}

beforeAll(async () => {
  ({ owner } = await openWorkspace());
});

test("an upload is answered 202 with its import, and ends done with a report", async () => {
  const dataset = await keyed();
  const answer = await owner.send<Import>("POST", `/api/v1/datasets/${dataset}/imports`, {
    body: file(3),
    query: { file_name: "people.csv" },
    headers: { "content-type": "text/csv" },
  });
  expect(answer.status).toBe(202);
  expect(answer.body.id).toMatch(/^imp_/);
  const done = await settled(owner, answer.body.id);
  expect(done).toMatchObject({
    dataset_id: dataset,
    file_name: "people.csv",
    bytes: file(3).length,
    mode: "upsert",
    status: "done",
    progress: 1,
  });
  expect(done).toMatchObject({
    rows_read: 3,
    added: 3,
    updated: 0,
    unchanged: 0,
    removed: 0,
    rejected: 0,
    error: null,
  });
  expect(Date.parse(done.finished_at ?? "")).toBeGreaterThanOrEqual(Date.parse(done.created_at));
  const listed = await owner.get<{ data: Import[] }>(`/api/v1/datasets/${dataset}/imports`);
  expect(listed.data).toEqual([done]);
  expect((await getDataset(owner, dataset)).last_import).toMatchObject({ id: done.id, status: "done" });
});

test("importing the same file again changes nothing and says so", async () => {
  const dataset = await keyed();
  await importFile(owner, dataset, file(50));
  const before = await getRecord(owner, dataset, "a7");
  expect(await importFile(owner, dataset, file(50))).toMatchObject({
    status: "done",
    rows_read: 50,
    added: 0,
    updated: 0,
    unchanged: 50,
  });
  expect((await getRecord(owner, dataset, "a7")).updated_at).toBe(before.updated_at);
});

test("upsert adds, updates and leaves alone; fields the file lacks stay, blank cells empty", async () => {
  const dataset = await keyed();
  await importFile(owner, dataset, "id,plan,state\na,Pro,CA\nb,Basic,NY\nc,Basic,NV\n");
  const done = await importFile(owner, dataset, "id,plan\na,Basic\nb,Basic\nd,\n");
  expect(done).toMatchObject({ rows_read: 3, added: 1, updated: 1, unchanged: 1, removed: 0, rejected: 0 });
  expect((await getRecord(owner, dataset, "a")).data).toMatchObject({ plan: "Basic", state: "CA" });
  expect(await importFile(owner, dataset, "id,plan\na,\n")).toMatchObject({ updated: 1 });
  const { data } = await getRecord(owner, dataset, "a");
  expect(data.plan ?? null).toBeNull();
  expect(data.state).toBe("CA");
});

test("a key that repeats within a file: the last row wins, and each row counts once", async () => {
  const dataset = await keyed();
  const done = await importFile(owner, dataset, "id,v\nx,1\ny,5\nx,2\nx,3\n");
  expect(done).toMatchObject({ status: "done", rows_read: 4 });
  expectSum(done);
  expect((await getRecord(owner, dataset, "x")).data.v).toBe(3);
  expect(await keysOf(dataset)).toEqual(["x", "y"]);
});

test("importing a file with repeated keys again still ends with the last row", async () => {
  const dataset = await keyed();
  await importFile(owner, dataset, "id,v\nx,1\nx,2\n");
  expectSum(await importFile(owner, dataset, "id,v\nx,1\nx,2\n"));
  expect((await getRecord(owner, dataset, "x")).data.v).toBe(2);
});

test("a file without a key: equal rows are rows of their own, and importing it again changes nothing", async () => {
  const { id } = await createDataset(owner, { key: null });
  const text = "name,city\nAnn,Rome\nBob,Oslo\nAnn,Rome\n";
  expect(await importFile(owner, id, text)).toMatchObject({ status: "done", rows_read: 3, added: 3 });
  expect(await importFile(owner, id, text)).toMatchObject({ added: 0, updated: 0, unchanged: 3 });
  expect(await importFile(owner, id, `${text}Ann,Rome\n`)).toMatchObject({ added: 1, unchanged: 3 });
  expect((await getDataset(owner, id)).record_count).toBe(4);
});

test("append adds new keys and rejects existing ones as duplicate_key, changing nothing of them", async () => {
  const dataset = await keyed();
  await importFile(owner, dataset, "id,plan\na,Pro\nb,Pro\n");
  const done = await importFile(owner, dataset, "id,plan\nb,Basic\nc,Basic\n", { mode: "append" });
  expect(done).toMatchObject({
    status: "done",
    mode: "append",
    rows_read: 2,
    added: 1,
    updated: 0,
    unchanged: 0,
    rejected: 1,
  });
  expect((await getRecord(owner, dataset, "b")).data.plan).toBe("Pro");
  expect((await owner.send("GET", `/api/v1/imports/${done.id}/rejects`)).text).toMatch(/duplicate_key|already/i);
});

test("replace removes the rows that the file lacks, from segments too", async () => {
  const dataset = await keyed();
  await importFile(owner, dataset, file(10));
  const segment = await createSegment(owner, dataset, only("plan", "equals", "Basic"));
  const done = await importFile(owner, dataset, file(7), { mode: "replace" });
  expect(done).toMatchObject({ status: "done", rows_read: 7, unchanged: 7, removed: 3 });
  expect(await keysOf(dataset)).toEqual(["a0", "a1", "a2", "a3", "a4", "a5", "a6"]);
  expect(await memberKeys(owner, segment.id)).toEqual(["a0", "a1", "a2", "a3", "a4", "a5", "a6"]);
});

test("a replace that would remove more than 30 % fails and removes nothing; confirmed, it goes through", async () => {
  const dataset = await keyed();
  await importFile(owner, dataset, file(10));
  const refused = await importFile(owner, dataset, file(6), { mode: "replace" });
  expect(refused).toMatchObject({ status: "failed", removed: 0 });
  expect(refused.error?.code).toMatch(/^[a-z_]+$/);
  expect(refused.error?.detail).toMatch(/confirm_removal/);
  expect(await keysOf(dataset)).toHaveLength(10);
  const confirmed = await importFile(owner, dataset, file(6), { mode: "replace", confirm_removal: true });
  expect(confirmed).toMatchObject({ status: "done", removed: 4 });
  expect(await keysOf(dataset)).toHaveLength(6);
});

test("rows without a key are rejected; the download names line, reason and row", async () => {
  const dataset = await keyed();
  const done = await importFile(owner, dataset, 'id,note\na,"two\nlines"\n,no key\nb,fine\n"  ",blank key\n');
  expect(done).toMatchObject({ status: "done", rows_read: 4, added: 2, rejected: 2 });
  const answer = await owner.send("GET", `/api/v1/imports/${done.id}/rejects`);
  expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
  const { data, meta } = Papa.parse<Record<string, string>>(answer.text, { header: true, skipEmptyLines: true });
  expect(meta.fields).toEqual(expect.arrayContaining(["line", "reason"]));
  expect(data.map((row) => row.line)).toEqual(["4", "6"]);
  for (const row of data) expect(row.reason).toMatch(/\w+ \w+/);
  expect(answer.text).toContain("no key");
});

test("an import without rejects has an empty download", async () => {
  const done = await importFile(owner, await keyed(), file(2));
  const { text } = await owner.send("GET", `/api/v1/imports/${done.id}/rejects`);
  expect(text.trim().split("\n").length).toBeLessThanOrEqual(1);
});

test("a file without the key field fails with a sentence that says what to do, and writes nothing", async () => {
  const dataset = await keyed();
  const answer = await startImport(owner, dataset, "name,plan\nAnn,Pro\n").then(
    (begun) => settled(owner, begun.id),
    () => null,
  );
  if (answer !== null) {
    expect(answer).toMatchObject({ status: "failed", added: 0 });
    expect(answer.error?.detail).toMatch(/\bid\b/);
  }
  expect((await getDataset(owner, dataset)).record_count).toBe(0);
});

test("imports that are cancelled, running or waiting, end cancelled, and a cancelled replace removes nothing", async () => {
  const cancel = (id: string) => owner.send("POST", `/api/v1/imports/${id}/cancel`);
  // A quick machine may be through before the second request is there: then the file has to be longer.
  for (const rows of [200_000, 800_000, 3_200_000]) {
    const dataset = await keyed();
    await importFile(owner, dataset, file(1_000));
    const others = file(rows).replaceAll("\na", "\nb");
    const running = await startImport(owner, dataset, others, { mode: "replace", confirm_removal: true });
    const waiting = await startImport(owner, dataset, file(8), { mode: "replace", confirm_removal: true });
    const answers = [await cancel(waiting.id), await cancel(running.id)];
    const [first, second] = [await settled(owner, running.id), await settled(owner, waiting.id)];
    if (first.status === "done") continue;
    for (const { status, text } of answers) expect(status, text).toBeLessThan(300);
    expect(first).toMatchObject({ status: "cancelled", removed: 0 });
    expect(second).toMatchObject({ status: "cancelled", added: 0, updated: 0, removed: 0 });
    expect(first.added).toBeLessThan(rows);
    expect((await getDataset(owner, dataset)).record_count).toBe(1_000 + first.added);
    return;
  }
  throw new Error("no import was still to be cancelled");
});

test("wrong settings of an import are refused before a byte is written", async () => {
  const dataset = await keyed();
  const send = (query: Record<string, string>) =>
    owner.send("POST", `/api/v1/datasets/${dataset}/imports`, {
      body: file(1),
      query,
      headers: { "content-type": "text/csv" },
    });
  expectProblem(await send({ mode: "merge" }), [400, 422]);
  expectProblem(await send({ mode: "replace", confirm_removal: "perhaps" }), [400, 422]);
  expectProblem(await owner.send("GET", "/api/v1/imports/imp_unknown"), 404);
});
