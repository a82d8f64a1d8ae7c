import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { eventually } from "./eventually.ts";
import { withKey } from "./keys.ts";
import { allPages, createDataset, createSegment, only, upsert } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import { openWorkspace } from "./workspace.ts";

interface List {
  id: string;
  name: string;
  status: string;
  item_count: number;
  segment_id: string | null;
}
interface Item {
  key: string;
  fields: Record<string, unknown>;
}

let owner: Client;
let dataset: string;
let pro: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id" })).id;
  const rows = Array.from({ length: 30 }, (_, n) => ({ id: `k${n}`, n, plan: n % 3 === 0 ? "Pro" : "Free" }));
  await upsert(owner, dataset, rows);
  pro = (await createSegment(owner, dataset, only("plan", "equals", "Pro"), { api_exposed: true })).id;
});

const items = (client: Client, id: string, limit = 1_000, prefix = "/api/v1") =>
  allPages<Item>(client, `${prefix}/lists/${id}/items`, limit);

function ready(id: string): Promise<List> {
  return eventually("the list is written", async () => {
    const list = await owner.get<List>(`/api/v1/lists/${id}`);
    expect(["writing", "ready"]).toContain(list.status);
    return list.status === "ready" && list;
  });
}

test("U40 a list of a segment stays what its members were, with the chosen fields", async () => {
  const made = await owner.post<List>("/api/v1/lists", { name: "Pro in March", segment_id: pro, fields: ["n"] });
  expect(await ready(made.id)).toMatchObject({ item_count: 10, segment_id: pro, name: "Pro in March" });
  await upsert(owner, dataset, [
    { id: "k0", plan: "Free" },
    { id: "k1", plan: "Pro" },
  ]);
  const found = await items(owner, made.id);
  expect(found.map(({ key }) => key).sort()).toEqual(Array.from({ length: 10 }, (_, n) => `k${3 * n}`).sort());
  for (const { key, fields } of found) expect(fields).toEqual({ n: Number(key.slice(1)) });
});

test("U40 U41 a list of items that were sent has them page by page in their order", async () => {
  const sent = Array.from({ length: 257 }, (_, n) => ({ key: `é${n}`, fields: { note: "x".repeat(n * 13), n } }));
  const made = await owner.post<List>("/api/v1/lists", { name: "Sent", items: sent });
  expect(made).toMatchObject({ status: "ready", item_count: 257, segment_id: null });
  for (const limit of [1_000, 100, 7]) expect(await items(owner, made.id, limit)).toEqual(sent);
  const empty = await owner.post<List>("/api/v1/lists", { name: "Nobody", items: [] });
  expect(await items(owner, empty.id)).toEqual([]);
  const page = await owner.get<{ next_cursor: string }>(`/api/v1/lists/${made.id}/items`, { limit: 1 });
  const [kind, of, place] = JSON.parse(Buffer.from(page.next_cursor, "base64url").toString()) as [
    string,
    string,
    number,
  ];
  const between = Buffer.from(JSON.stringify([kind, of, place + 1])).toString("base64url");
  for (const [list, cursor] of [
    [empty.id, page.next_cursor],
    [made.id, between],
  ] as const) {
    const refused = await owner.send("GET", `/api/v1/lists/${list}/items`, { query: { cursor } });
    expectProblem(refused, 400, "invalid_cursor");
  }
});

test("U42 the public API shows lists that somebody chose to show, and a key that is scoped those of its segments", async () => {
  const frozen = await owner.post<List>("/api/v1/lists", { name: "Shown", segment_id: pro });
  const sent = await owner.post<List>("/api/v1/lists", { name: "Sent", items: [{ key: "a" }], api_exposed: true });
  await ready(frozen.id);
  const [all, scoped] = await Promise.all([withKey(owner), withKey(owner, { segment_ids: [pro] })]);
  const seen = async (client: Client) =>
    (await client.get<{ data: List[] }>("/api/v1/public/lists")).data.map(({ id }) => id).sort();
  expect(await seen(all)).toEqual([sent.id]);
  expectProblem(await all.send("GET", `/api/v1/public/lists/${frozen.id}`), 404, "list_not_found");
  expectProblem(await all.send("GET", `/api/v1/public/lists/${frozen.id}/items`), 404, "list_not_found");
  await owner.patch(`/api/v1/lists/${frozen.id}`, { api_exposed: true });
  expect(await seen(all)).toEqual([frozen.id, sent.id].sort());
  expect(await seen(scoped)).toEqual([frozen.id]);
  expect(await items(all, sent.id, 10, "/api/v1/public")).toEqual([{ key: "a", fields: {} }]);
  expectProblem(await scoped.send("GET", `/api/v1/public/lists/${sent.id}/items`), 404, "list_not_found");
});

test("U43 a deleted list is gone with its items", async () => {
  const { id } = await owner.post<List>("/api/v1/lists", { name: "Short-lived", segment_id: pro });
  await ready(id);
  await owner.delete(`/api/v1/lists/${id}`);
  for (const path of ["", "/items"])
    expectProblem(await owner.send("GET", `/api/v1/lists/${id}${path}`), 404, "list_not_found");
});
