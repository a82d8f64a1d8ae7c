/** The shared customers and their purchases, joined: counts compared with those made here from the files themselves. */
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import {
  countOf,
  createDataset,
  createSegment,
  getSegment,
  importFile,
  memberKeys,
  only,
  preview,
  recordPath,
  verify,
} from "./nouns.ts";
import { readRows, readShared } from "./shared-data.ts";
import type { AnyRule, Group } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

interface Purchase {
  on: string;
  units: number;
  cents: number;
}

let owner: Client;
let customers: string;
let purchases: string;
/** The file's purchases by customer, amounts in whole cents. */
const bought = new Map<string, Purchase[]>();

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  for (const { customer_id = "" } of readRows("cdnow-customers.csv")) bought.set(customer_id, []);
  for (const row of readRows("cdnow-purchases.csv"))
    bought.get(row.customer_id ?? "")?.push({
      on: row.purchased_on ?? "",
      units: Number(row.units),
      cents: Math.round(Number(row.amount) * 100),
    });
  customers = (await createDataset(owner, { key: "customer_id" })).id;
  await importFile(owner, customers, readShared("cdnow-customers.csv"));
  const text = (name: string) => ({ name, type: "text" as const });
  purchases = (
    await createDataset(owner, {
      key: "purchase_id",
      fields: [text("purchase_id"), text("customer_id")],
      relations: [{ name: "customer", field: "customer_id", dataset_id: customers, reverse_name: "purchases" }],
    })
  ).id;
  expect(await importFile(owner, purchases, readShared("cdnow-purchases.csv"))).toMatchObject({
    status: "done",
    added: 69_659,
  });
});

const all = (...rules: AnyRule[]): Group => ({ combinator: "and", rules });
const keysWhere = (holds: (list: Purchase[], key: string) => boolean): string[] =>
  [...bought].flatMap(([key, list]) => (holds(list, key) ? [key] : [])).sort();
const cents = (list: Purchase[]): number => list.reduce((total, each) => total + each.cents, 0);
const quarter = (each: Purchase): boolean => each.on >= "2021-04-01" && each.on <= "2021-06-30";
const inQuarter: Group = only("purchased_on", "between", ["2021-04-01", "2021-06-30"]);

const questions: [string, Group, (list: Purchase[], key: string) => boolean][] = [
  [
    "who spent over 500",
    all({ related: "purchases", aggregate: "sum", of: "amount", operator: "greater_than", value: 500 }),
    (list) => cents(list) > 50_000,
  ],
  [
    "who has at least three purchases in a quarter",
    all({ related: "purchases", quantifier: "at_least", n: 3, where: inQuarter }),
    (list) => list.filter(quarter).length >= 3,
  ],
  [
    "who has bought nothing after a day",
    all({ related: "purchases", quantifier: "none", where: only("purchased_on", "after", "2021-06-30") }),
    (list) => list.every(({ on }) => on <= "2021-06-30"),
  ],
  [
    "who paid 20 on average and more, of a second purchase at least",
    all(
      { related: "purchases", aggregate: "average", of: "amount", operator: "greater_or_equal", value: 20 },
      { related: "purchases", aggregate: "count", operator: "greater_than", value: 1 },
    ),
    (list) => list.length > 1 && cents(list) >= 2_000 * list.length,
  ],
  [
    "whose last purchase was in a quarter",
    all({
      related: "purchases",
      aggregate: "max",
      of: "purchased_on",
      operator: "between",
      value: ["2021-04-01", "2021-06-30"],
    }),
    (list) => {
      const last =
        list
          .map(({ on }) => on)
          .sort()
          .at(-1) ?? "";
      return last >= "2021-04-01" && last <= "2021-06-30";
    },
  ],
  [
    "who bought on the day they came, and each time for less than 15",
    all(
      { related: "purchases", quantifier: "all", where: only("amount", "less_than", 15) },
      { related: "purchases", aggregate: "min", of: "purchased_on", operator: "on", value: "2021-01-01" },
    ),
    (list) => list.every((each) => each.cents < 1_500) && list.map(({ on }) => on).sort()[0] === "2021-01-01",
  ],
  [
    "who spent exactly 11.77",
    all({ related: "purchases", aggregate: "sum", of: "amount", operator: "equals", value: 11.77 }),
    (list) => cents(list) === 1_177,
  ],
];

test.each(questions)("R5 R20 %s: count and members are those of the file", async (_name, query, holds) => {
  const wanted = keysWhere(holds);
  expect(wanted.length).toBeGreaterThan(0);
  expect(await countOf(owner, customers, query)).toBe(wanted.length);
  const segment = await createSegment(owner, customers, query);
  expect(segment.member_count).toBe(wanted.length);
  expect(await memberKeys(owner, segment.id)).toEqual(wanted);
});

test("purchases of customers who came in February are found by looking the customer up", async () => {
  const came = new Set(
    readRows("cdnow-customers.csv")
      .filter((row) => (row.first_purchase_on ?? "").startsWith("2021-02"))
      .map((row) => row.customer_id),
  );
  const wanted = readRows("cdnow-purchases.csv").filter((row) => came.has(row.customer_id)).length;
  const query = all({
    via: "customer",
    field: "first_purchase_on",
    operator: "between",
    value: ["2021-02-01", "2021-02-28"],
  });
  const segment = await createSegment(owner, purchases, query);
  expect(segment.member_count).toBe(wanted);
  expect((await preview(owner, purchases, query)).count).toBe(wanted);
});

test("one purchase taken from the file takes its customer out of who spent over 500, at once, and back in", async () => {
  const query = all({ related: "purchases", aggregate: "sum", of: "amount", operator: "greater_than", value: 500 });
  const wanted = keysWhere((list) => cents(list) > 50_000);
  const segment = await createSegment(owner, customers, query);
  const row = readRows("cdnow-purchases.csv").find(
    (each) =>
      wanted.includes(each.customer_id ?? "") &&
      cents(bought.get(each.customer_id ?? "") ?? []) - Math.round(Number(each.amount) * 100) <= 50_000,
  );
  const path = recordPath(purchases, row?.purchase_id ?? "");
  await owner.patch(path, { data: { customer_id: null } });
  expect((await getSegment(owner, segment.id)).member_count).toBe(wanted.length - 1);
  expect(await memberKeys(owner, segment.id)).toEqual(wanted.filter((key) => key !== row?.customer_id));
  await owner.patch(path, { data: { customer_id: row?.customer_id } });
  expect(await memberKeys(owner, segment.id)).toEqual(wanted);
  expect(await verify(owner, segment.id)).toMatchObject({ checked: bought.size, missing: [], extra: [] });
});
