import { beforeAll, expect, test } from "vitest";
import { Client } from "./client.ts";
import { EventStream, type ServerEvent } from "./events.ts";
import { eventually } from "./eventually.ts";
import { createDataset, createSegment, importFile, only, upsert } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { Segment } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

const HEARTBEAT_MS = 15_000;

let owner: Client;
let dataset: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id" })).id;
  await upsert(owner, dataset, [{ id: "seed", group: "none" }]);
});

/** A segment of its own over a value of its own. */
const ownSegment = (name: string): Promise<Segment> => createSegment(owner, dataset, only("group", "equals", name));
const about = (segment: Segment) => (event: ServerEvent) =>
  event.event === "segment" && event.data.segment_id === segment.id;
const withCount = (segment: Segment, count: number) => (event: ServerEvent) =>
  about(segment)(event) && event.data.member_count === count;

test("the stream is an event stream that begins with hello and a cursor", async () => {
  const stream = await EventStream.open(owner);
  expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const hello = await stream.waitFor("hello", (event) => event.event === "hello");
  expect(hello.data.cursor).toEqual(expect.any(String));
  stream.close();
});

test("a changed count is pushed with the segment, the count and when it was computed", async () => {
  const segment = await ownSegment("pushed");
  const stream = await EventStream.open(owner);
  await upsert(owner, dataset, [{ id: "p1", group: "pushed" }]);
  const event = await stream.waitFor("a count of 1", withCount(segment, 1));
  expect(event.id).toBeTruthy();
  expect(event.data).toMatchObject({
    dataset_id: dataset,
    status: "live",
    computed_at: expect.stringMatching(/^\d{4}-/),
  });
  stream.close();
});

test("many changes are coalesced to at most ten a second for each segment, and the last count arrives", async () => {
  const segment = await ownSegment("storm");
  const stream = await EventStream.open(owner);
  await stream.waitFor("hello", (event) => event.event === "hello");
  const started = performance.now();
  for (let n = 1; n <= 150; n++) await upsert(owner, dataset, [{ id: `storm${n}`, group: "storm" }]);
  const last = await stream.waitFor("the last count", withCount(segment, 150));
  const seconds = (last.at - started) / 1_000;
  const seen = stream.events.filter(about(segment));
  expect(seen.length).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 2);
  const counts = seen.map((event) => Number(event.data.member_count));
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  stream.close();
});

test("a page that was away catches up from its last event's id and misses nothing", async () => {
  const [a, b] = [await ownSegment("away a"), await ownSegment("away b")];
  const before = await EventStream.open(owner);
  await upsert(owner, dataset, [{ id: "a1", group: "away a" }]);
  const seen = await before.waitFor("a count of 1", withCount(a, 1));
  before.close();
  await upsert(owner, dataset, [
    { id: "b1", group: "away b" },
    { id: "b2", group: "away b" },
    { id: "a2", group: "away a" },
  ]);
  const after = await EventStream.open(owner, seen.id ?? "");
  await after.waitFor("b's count", withCount(b, 2));
  await after.waitFor("a's count", withCount(a, 2));
  after.close();
});

test("resuming from hello's cursor delivers what happened after it", async () => {
  const segment = await ownSegment("from hello");
  const first = await EventStream.open(owner);
  const hello = await first.waitFor("hello", (event) => event.event === "hello");
  first.close();
  await upsert(owner, dataset, [{ id: "h1", group: "from hello" }]);
  const second = await EventStream.open(owner, String(hello.data.cursor));
  await second.waitFor("a count of 1", withCount(segment, 1));
  second.close();
});

test("an unknown cursor is answered, not with an error of the server's", async () => {
  const response = await owner.open("GET", "/api/v1/events", { headers: { "last-event-id": "not a cursor" } });
  expect(response.status).toBeLessThan(500);
  await response.body?.cancel();
});

test("an import's progress and the dataset's record count are pushed", async () => {
  const own = (await createDataset(owner, { key: "id" })).id;
  const stream = await EventStream.open(owner);
  const done = await importFile(owner, own, `id,v\n${Array.from({ length: 5_000 }, (_, n) => `k${n},1\n`).join("")}`);
  const isDone = (event: ServerEvent) =>
    event.event === "import" && event.data.id === done.id && event.data.status === "done";
  expect((await stream.waitFor("the import done", isDone)).data).toMatchObject({ rows_read: 5_000, added: 5_000 });
  const isCount = (event: ServerEvent) =>
    event.event === "dataset" && event.data.dataset_id === own && event.data.record_count === 5_000;
  await stream.waitFor("the dataset's record count", isCount);
  stream.close();
});

test("a new segment becomes live on the stream with its count", async () => {
  await upsert(owner, dataset, [{ id: "n1", group: "fresh" }]);
  const stream = await EventStream.open(owner);
  await stream.waitFor("hello", (event) => event.event === "hello");
  const segment = await ownSegment("fresh");
  const event = await stream.waitFor("live with its count", withCount(segment, 1));
  expect(event.data.status).toBe("live");
  stream.close();
});

test("a quiet stream sends a comment as a heartbeat", async () => {
  const { owner: quiet } = await openWorkspace();
  const stream = await EventStream.open(quiet);
  await stream.waitForComment(HEARTBEAT_MS * 1.5);
  stream.close();
});

test("the stream needs a session, and another workspace's stream stays silent", async () => {
  const { owner: stranger } = await openWorkspace();
  const segment = await ownSegment("secret");
  const [mine, theirs] = [await EventStream.open(owner), await EventStream.open(stranger)];
  await upsert(owner, dataset, [{ id: "s1", group: "secret" }]);
  await mine.waitFor("a count of 1", withCount(segment, 1));
  await createDataset(stranger, { key: "id" }).then(({ id }) => upsert(stranger, id, [{ id: "x" }]));
  await eventually("the stranger's own news", async () => theirs.events.some((event) => event.event === "dataset"));
  expect(JSON.stringify(theirs.events)).not.toContain(segment.id);
  mine.close();
  theirs.close();
  expectProblem(await new Client(owner.url).send("GET", "/api/v1/events"), 401);
});
