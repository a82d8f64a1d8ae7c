/** Segments made of segments: a child's change is its parents' at once; no circles; a used one stays. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { eventually, eventuallyEquals } from "./eventually.ts";
import {
  createDataset,
  createSegment,
  getRecord,
  getSegment,
  memberKeys,
  only,
  preview,
  recordPath,
  untilLive,
  upsert,
  verify,
} from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import type { AnyRule, Group, Segment } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;
let dataset: string;

const all = (...rules: (AnyRule | Group)[]): Group => ({ combinator: "and", rules });
const member = (segment: { id: string }): AnyRule => ({ segment: segment.id, operator: "member" });
const outside = (segment: { id: string }): AnyRule => ({ segment: segment.id, operator: "not_member" });
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => ({
    id: `k${from + n}`,
    n: from + n,
    plan: (from + n) % 2 ? "a" : "b",
  }));
const keys = (...ns: number[]) => ns.map((n) => `k${n}`).sort();

beforeAll(async () => {
  ({ owner } = await openWorkspace());
});

async function fresh(): Promise<void> {
  dataset = (await createDataset(owner, { key: "id" })).id;
  await upsert(owner, dataset, numbers(1, 6));
}

async function edit(segment: Segment, query: Group): Promise<void> {
  const { version } = await owner.patch<Segment>(`/api/v1/segments/${segment.id}`, { query });
  await untilLive(owner, segment.id, version);
}

test("S73 one PATCH of a record moves it through a chain of segments, and the very next reads see all of them", async () => {
  await fresh();
  const low = await createSegment(owner, dataset, only("n", "less_than", 4));
  const lowA = await createSegment(owner, dataset, all(member(low), { field: "plan", operator: "equals", value: "a" }));
  const rest = await createSegment(owner, dataset, all(outside(lowA)));
  expect(await memberKeys(owner, lowA.id)).toEqual(keys(1, 3));
  expect(await memberKeys(owner, rest.id)).toEqual(keys(2, 4, 5, 6));
  for (const [n, inLowA] of [
    [9, false],
    [2, true],
    [7, false],
    [1, true],
  ] as const) {
    await owner.patch(recordPath(dataset, "k1"), { data: { n } });
    const [a, b, c] = await Promise.all([
      getSegment(owner, low.id),
      getSegment(owner, lowA.id),
      getSegment(owner, rest.id),
    ]);
    expect([a.member_count, b.member_count, c.member_count]).toEqual(inLowA ? [3, 2, 4] : [2, 1, 5]);
    expect(await memberKeys(owner, rest.id)).toEqual(inLowA ? keys(2, 4, 5, 6) : keys(1, 2, 4, 5, 6));
    expect((await getRecord(owner, dataset, "k1")).segments.sort()).toEqual(
      (inLowA ? [low.id, lowA.id] : [rest.id]).sort(),
    );
    expect((await preview(owner, dataset, all(member(lowA)))).count).toBe(b.member_count);
  }
});

test("S73 an edit of a segment recomputes those that name it, however far away", async () => {
  await fresh();
  const low = await createSegment(owner, dataset, only("n", "less_than", 3));
  const not = await createSegment(owner, dataset, all(outside(low)));
  const back = await createSegment(
    owner,
    dataset,
    all(outside(not), { field: "n", operator: "greater_than", value: 1 }),
  );
  expect(await memberKeys(owner, back.id)).toEqual(keys(2));
  await edit(low, only("n", "less_or_equal", 5));
  await eventuallyEquals("the first follows", () => memberKeys(owner, not.id), keys(6));
  await eventuallyEquals("the second follows", () => memberKeys(owner, back.id), keys(2, 3, 4, 5));
  for (const segment of [low, not, back])
    expect(await verify(owner, segment.id)).toMatchObject({ checked: 6, missing: [], extra: [] });
});

test("a new record and a deleted one are in all or in none", async () => {
  await fresh();
  const low = await createSegment(owner, dataset, only("n", "less_than", 3));
  const both = await createSegment(owner, dataset, { combinator: "or", rules: [member(low), outside(low)] });
  await upsert(owner, dataset, [{ id: "k0", n: 0 }]);
  expect(await memberKeys(owner, low.id)).toEqual(keys(0, 1, 2));
  expect((await getSegment(owner, both.id)).member_count).toBe(7);
  await owner.delete(recordPath(dataset, "k1"));
  expect(await memberKeys(owner, low.id)).toEqual(keys(0, 2));
  expect((await getSegment(owner, both.id)).member_count).toBe(6);
});

test("Q104 a circle is refused with the circle shown: with itself, through others, and the segments stay as they were", async () => {
  await fresh();
  const a = await createSegment(owner, dataset, only("n", "less_than", 3), { name: "Alpha" });
  const b = await createSegment(owner, dataset, all(member(a)), { name: "Beta" });
  const c = await createSegment(owner, dataset, all(outside(b)), { name: "Gamma" });
  const attempt = (query: Group) => owner.send("PATCH", `/api/v1/segments/${a.id}`, { json: { query } });
  const own = expectProblem(await attempt(all(member(a))), 422);
  expect(own.path).toMatch(/rules\[0\]/);
  expect(JSON.stringify(own)).toMatch(/Alpha/);
  const far = expectProblem(await attempt(all(only("n", "equals", 1), outside(c))), 422);
  expect(far.path).toMatch(/rules\[1\]/);
  for (const name of ["Alpha", "Beta", "Gamma"]) expect(JSON.stringify(far), "the circle is shown").toContain(name);
  expect(await getSegment(owner, a.id)).toMatchObject({ version: 1, status: "live", member_count: 2 });
});

test("Q104 a circle across two datasets is refused with the circle shown", async () => {
  const fields = ["id", "customer", "favourite"].map((name) => ({ name, type: "text" as const }));
  const customers = (await createDataset(owner, { key: "id", fields })).id;
  const buyer = { name: "buyer", field: "customer", dataset_id: customers, reverse_name: "purchases" };
  const purchases = (await createDataset(owner, { key: "id", fields, relations: [buyer] })).id;
  const favourite = { name: "favourite", field: "favourite", dataset_id: purchases, reverse_name: "fans" };
  await owner.patch(`/api/v1/datasets/${customers}`, { relations: [favourite] });
  await upsert(owner, customers, [{ id: "a", favourite: "1" }, { id: "b" }]);
  await upsert(owner, purchases, [{ id: "1", customer: "b" }]);
  const sold = await createSegment(owner, purchases, only("customer", "is_not_empty"), { name: "Sold" });
  const buyers = await createSegment(
    owner,
    customers,
    all({ related: "purchases", quantifier: "any", where: all(member(sold)) }),
    { name: "Buyers" },
  );
  expect(await memberKeys(owner, buyers.id)).toEqual(["b"]);
  const query = all({ related: "fans", quantifier: "any", where: all(member(buyers)) });
  const problem = await eventually("the relation is built", async () => {
    const answer = await owner.send("PATCH", `/api/v1/segments/${sold.id}`, { json: { query } });
    return answer.status !== 409 && expectProblem(answer, 422);
  });
  expect(problem.path).toMatch(/rules\[0\].*where.*rules\[0\]/);
  for (const name of ["Sold", "Buyers"]) expect(JSON.stringify(problem)).toContain(name);
});

test("R13 a segment of the related records flips their parents with the same write", async () => {
  const customers = (await createDataset(owner, { key: "id", fields: [{ name: "id", type: "text" }] })).id;
  const purchases = (
    await createDataset(owner, {
      key: "id",
      fields: [
        { name: "id", type: "text" },
        { name: "customer", type: "text" },
        { name: "amount", type: "number" },
      ],
      relations: [{ name: "buyer", field: "customer", dataset_id: customers, reverse_name: "purchases" }],
    })
  ).id;
  await upsert(owner, customers, [{ id: "a" }, { id: "b" }]);
  await upsert(owner, purchases, [
    { id: "1", customer: "a", amount: 5 },
    { id: "2", customer: "b", amount: 50 },
  ]);
  const large = await createSegment(owner, purchases, only("amount", "greater_than", 10));
  const buyers = await createSegment(
    owner,
    customers,
    all({ related: "purchases", quantifier: "any", where: all(member(large)) }),
  );
  expect(await memberKeys(owner, buyers.id)).toEqual(["b"]);
  await owner.patch(recordPath(purchases, "1"), { data: { amount: 11 } });
  expect(await memberKeys(owner, buyers.id)).toEqual(["a", "b"]);
  await owner.patch(recordPath(purchases, "2"), { data: { customer: "a" } });
  expect(await memberKeys(owner, buyers.id)).toEqual(["a"]);
  await edit(large, only("amount", "greater_than", 1_000));
  await eventuallyEquals("nobody bought above 1,000", () => memberKeys(owner, buyers.id), []);
  expect(await verify(owner, buyers.id)).toMatchObject({ missing: [], extra: [] });
});

test("Q106 deleting a segment that others use is refused with the list of its users; once they are gone it goes", async () => {
  await fresh();
  const low = await createSegment(owner, dataset, only("n", "less_than", 3));
  const users = [
    await createSegment(owner, dataset, all(member(low)), { name: "First user" }),
    await createSegment(owner, dataset, all(outside(low)), { name: "Second user" }),
  ];
  const path = `/api/v1/segments/${low.id}`;
  const problem = expectProblem(await owner.send("DELETE", path), 409, "segment_in_use");
  for (const { id } of users) expect(JSON.stringify(problem)).toContain(id);
  expect(await memberKeys(owner, low.id)).toEqual(keys(1, 2));
  for (const { id } of users) await owner.delete(`/api/v1/segments/${id}`);
  expect((await owner.send("DELETE", path)).status).toBe(204);
});

test("a segment that names one that is still computing becomes live with the right members", async () => {
  const own = (await createDataset(owner, { key: "id" })).id;
  const rows = Array.from({ length: 10_000 }, (_, n) => ({ id: `k${n}`, n }));
  await upsert(owner, own, rows);
  const body = { dataset_id: own, name: "base", query: only("n", "less_than", 2_500) };
  const base = await owner.post<Segment>("/api/v1/segments", body);
  const top = await owner.post<Segment>("/api/v1/segments", { ...body, name: "top", query: all(outside(base)) });
  expect((await untilLive(owner, top.id)).member_count).toBe(7_500);
  await eventually("both agree", async () => (await getSegment(owner, base.id)).member_count === 2_500);
});
