/** The same answers whatever the number of shards: a dataset of one and a dataset of three, with the same rows. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newDataset, newSegment, START_MS, startProgram, type TestProgram } from "../testing/program.ts";

const ROWS = Array.from({ length: 60 }, (_, n) => ({ id: `k${n}`, n, city: `city ${n % 4}` }));
const EVEN = [{ field: "city", operator: "in", value: ["city 0", "city 2"] }];

interface Side {
  readonly dataset: string;
  readonly segment: string;
}

let program: TestProgram;
let one: Side;
let three: Side;

beforeAll(async () => {
  program = await startProgram();
  one = await fill(1);
  three = await fill(3);
}, START_MS);
afterAll(() => program.close());

async function fill(shards: number): Promise<Side> {
  const dataset = await newDataset(program.owner, { fields: [{ name: "city", type: "text" }] });
  const set = "UPDATE datasets SET shard_count = ?, catalogue_version = catalogue_version + 1 WHERE id = ?";
  await program.host.env.DB.prepare(set).bind(shards, dataset).run();
  const segment = await newSegment(program.owner, dataset, EVEN);
  const answer = await program.owner.ok("POST", `/api/v1/datasets/${dataset}/records`, { json: [...ROWS, { n: 1 }] });
  expect(answer).toMatchObject({ added: 60, rejected: [{ index: 60 }] });
  return { dataset, segment };
}

type Item = { key: string };

/** All items of a list, in pages of 7. */
async function walk(path: string): Promise<string[]> {
  const keys: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = `${path}?limit=7${cursor && `&cursor=${cursor}`}`;
    const page: { data: Item[]; next_cursor: string | null } = await program.owner.ok("GET", query);
    keys.push(...page.data.map((item) => item.key));
    cursor = page.next_cursor;
  }
  return keys;
}

test("P34 rows live in all shards, and a dataset's record count is their sum", async () => {
  for (const [side, shards] of [
    [one, 1],
    [three, 3],
  ] as const) {
    expect(await program.owner.ok("GET", `/api/v1/datasets/${side.dataset}`)).toMatchObject({
      record_count: 60,
      shard_count: shards,
    });
  }
  for (const { id, n } of ROWS) {
    expect(await program.owner.ok("GET", `/api/v1/datasets/${three.dataset}/records/${id}`)).toMatchObject({
      key: id,
      data: { n },
    });
  }
});

test("P46 pages over shards hold every record and member once, in a stable order", async () => {
  const records = await walk(`/api/v1/datasets/${three.dataset}/records`);
  expect([...records].sort()).toEqual(ROWS.map((row) => row.id).sort());
  expect(await walk(`/api/v1/datasets/${three.dataset}/records`)).toEqual(records);
  const members = await walk(`/api/v1/segments/${three.segment}/members`);
  expect([...members].sort()).toEqual((await walk(`/api/v1/segments/${one.segment}/members`)).sort());
  expect(members).toEqual(records.filter((key) => members.includes(key)));
});

test("P46 a member that came and one that left between pages disturb no other", async () => {
  const path = `/api/v1/segments/${three.segment}/members`;
  const first = await program.owner.ok<{ data: Item[]; next_cursor: string }>("GET", `${path}?limit=5`);
  const before = await walk(path);
  const [gone] = before.slice(-1);
  await program.owner.ok("PATCH", `/api/v1/datasets/${three.dataset}/records/${gone}`, {
    json: { data: { city: "city 1" } },
  });
  const rest = await program.owner.ok<{ data: Item[] }>("GET", `${path}?limit=1000&cursor=${first.next_cursor}`);
  const seen = [...first.data, ...rest.data].map((item) => item.key);
  expect(seen).toEqual(before.filter((key) => key !== gone));
  await program.owner.ok("PATCH", `/api/v1/datasets/${three.dataset}/records/${gone}`, {
    json: { data: { city: ROWS.find((row) => row.id === gone)?.city } },
  });
});

test("P42 counts, previews, values, verification and activity are those of all shards together", async () => {
  const of = async ({ dataset, segment }: Side) => {
    const query = { combinator: "and", rules: EVEN };
    const preview = await program.owner.ok<{ sample: Item[] }>("POST", "/api/v1/segments/preview", {
      json: { dataset_id: dataset, query, sample: 50 },
    });
    const activity = await program.owner.ok<{ data: Item[] }>("GET", `/api/v1/segments/${segment}/activity`);
    return {
      segment: await program.owner.ok("GET", `/api/v1/segments/${segment}`),
      preview,
      sample: preview.sample.map((record) => record.key).sort(),
      values: await program.owner.ok("GET", `/api/v1/datasets/${dataset}/values?field=city&text=city&limit=3`),
      verified: await program.owner.ok("POST", `/api/v1/segments/${segment}/verify`),
      entered: new Set(activity.data.map((item) => item.key)).size,
    };
  };
  const [single, many] = [await of(one), await of(three)];
  expect(many.segment).toMatchObject({ status: "live", progress: 1, member_count: 30 });
  expect(many.preview).toMatchObject({ count: 30, total: 60 });
  expect(many.sample).toEqual(single.sample);
  expect(many.values).toEqual(single.values);
  expect(many.verified).toMatchObject({ checked: 60, missing: [], extra: [] });
  expect(many.entered).toBe(single.entered);
});
