/** Valid queries of every kind with one part changed, and noise as formulas: answered or refused, never an error of the server's. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { Answer, Client } from "./client.ts";
import { mutate } from "./mutate.ts";
import { names } from "./oracle/shop.ts";
import { shopQuery } from "./oracle/shop-queries.ts";
import { expectProblem } from "./problems.ts";
import { seed } from "./seed.ts";
import { addSegment, baseOf, fillShop, openShop, quietZone, type Shop, segmentIds } from "./shop.ts";
import { openWorkspace } from "./workspace.ts";

/** Each is an HTTP request; workerd takes ten times as long for one. */
const RUNS = process.env.CUTTY_HOST === "workerd" ? 80 : 250;
let owner: Client;
let shop: Shop;

beforeAll(async () => {
  const zone = quietZone();
  ({ owner } = await openWorkspace(zone));
  shop = await openShop(owner, zone);
  await fillShop(shop, seed);
  for (const name of names) await addSegment(shop, name, { combinator: "and", rules: [] });
});

function expectAnswered(answer: Answer): boolean {
  if (answer.status < 300) return true;
  const problem = expectProblem(answer, [400, 409, 413, 422]);
  if (answer.status === 422) expect(problem.path, answer.text).toBeTruthy();
  return false;
}

const ask = (dataset: string, query: unknown) =>
  owner.send("POST", "/api/v1/segments/preview", { json: { dataset_id: dataset, query } });

const replacements = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constant(undefined),
  fc.constantFrom<unknown>(
    "day",
    "minute",
    "today",
    "sum",
    "first",
    "any",
    "at_least",
    "purchases",
    "home_store",
    "customer",
    "id",
    "amount",
    "bought_on",
    "tags",
    "tier",
    "in_last",
    "member",
    "__proto__",
    1e308,
    -1,
    0.1,
    1e6,
    { n: 1, unit: "day" },
    { n: 1e15, unit: "year" },
    { field: "bought_at", last: { n: 100_000, unit: "year" } },
    { combinator: "or", rules: [] },
    "\u0000",
    "\ud800",
  ),
);

test("queries of every kind with one part changed are problems with a path or answers, and some of each", async () => {
  let [accepted, refused] = [0, 0];
  for (const name of names) {
    const queries = shopQuery(name, baseOf(shop), segmentIds(shop)) ?? fc.constant({ combinator: "and", rules: [] });
    const property = fc.asyncProperty(queries, fc.nat(), replacements, async (valid, pick, replacement) => {
      if (expectAnswered(await ask(shop.ids[name], mutate(valid, pick, replacement)))) accepted++;
      else refused++;
    });
    await fc.assert(property, { seed, numRuns: RUNS });
  }
  expect(Math.min(accepted, refused)).toBeGreaterThan(RUNS / 20);
});

const pieces = fc.constantFrom(
  ..."( ) , . ! && || and or not + - * / < <= > >= == != ` \" ' 1 0 1e400 0.1 true false null".split(" "),
  ..."score name tier seen joined tags active `home_store`.`size` home_store.region home_store customer".split(" "),
  ..."if( coalesce( lower( length( concat( contains( round( min( days_since( days_between( today() now() ".split(" "),
  ..."`` `a b` domain( __proto__ constructor toString( 🎈 \u0000".split(" "),
  '"ann"',
  " ",
);
const noise = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(" ")),
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 30 }),
);

test("noise as a formula, in a query or as a computed field, is a problem or an answer", async () => {
  const property = fc.asyncProperty(noise, async (formula) => {
    expectAnswered(await ask(shop.ids.customers, { combinator: "and", rules: [{ formula }] }));
  });
  await fc.assert(property, { seed, numRuns: RUNS * 2 });
  const computed = fc.asyncProperty(noise, async (formula) => {
    const json = { fields: [{ name: "noise", type: "number", formula }] };
    expectAnswered(await owner.send("PATCH", `/api/v1/datasets/${shop.ids.stores}`, { json }));
  });
  await fc.assert(computed, { seed, numRuns: RUNS / 5 });
});

test("noise as relations is a problem or an answer", async () => {
  const relation = fc.record(
    {
      name: fc.oneof(fc.constantFrom("a", "b"), fc.jsonValue({ maxDepth: 1 })),
      field: fc.oneof(fc.constantFrom("region", "size", "nothing"), fc.jsonValue({ maxDepth: 1 })),
      dataset_id: fc.oneof(
        fc.constantFrom(...Object.values({ a: "ds_nothing", b: "" })),
        fc.jsonValue({ maxDepth: 1 }),
      ),
      reverse_name: fc.oneof(fc.constantFrom("c", "a"), fc.jsonValue({ maxDepth: 1 })),
    },
    { requiredKeys: [] },
  );
  const property = fc.asyncProperty(
    fc.oneof(fc.array(relation, { maxLength: 3 }), fc.jsonValue()),
    async (relations) => {
      const answer = await owner.send("PATCH", `/api/v1/datasets/${shop.ids.stores}`, { json: { relations } });
      if (answer.status >= 300) expectProblem(answer, [400, 404, 409, 422]);
    },
  );
  await fc.assert(property, { seed, numRuns: RUNS / 5 });
});
