/** Whatever is sent as a query or as a body is answered or refused, never by an error of the server's. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { Answer, Client } from "./client.ts";
import { mutate } from "./mutate.ts";
import { createDataset, recordPath, upsert } from "./nouns.ts";
import { fields, query, rowWithoutKey } from "./oracle/arbitraries.ts";
import { expectProblem } from "./problems.ts";
import { seed } from "./seed.ts";
import { openWorkspace } from "./workspace.ts";

const RUNS = 300;
let owner: Client;
let dataset: string;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id", fields })).id;
  await upsert(
    owner,
    dataset,
    fc.sample(rowWithoutKey, { seed, numRuns: 20 }).map((row, n) => ({ id: `k${n}`, ...row })),
  );
});

function expectAnswered(answer: Answer): boolean {
  if (answer.status < 300) return true;
  expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
  expectProblem(answer, [400, 403, 404, 405, 409, 412, 413, 415, 422]);
  return false;
}

const ask = (asked: unknown) =>
  owner.send("POST", "/api/v1/segments/preview", { json: { dataset_id: dataset, query: asked } });

const hostileKeys = fc.constantFrom(
  "combinator",
  "rules",
  "field",
  "operator",
  "value",
  "not",
  "conditions",
  "logic",
  "__proto__",
  "constructor",
  "via",
  "related",
  "formula",
  "segment",
);
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(hostileKeys, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 }),
  fc.constantFrom<unknown>(1e308, -0, "\u0000", "\ud800", "x".repeat(5_000), [[[[[]]]]], { rules: { length: 1e9 } }),
);

test("arbitrary JSON as a query is a problem or an answer", async () => {
  const property = fc.asyncProperty(anything, async (asked) => void expectAnswered(await ask(asked)));
  await fc.assert(property, { seed, numRuns: RUNS });
});

test("valid queries with one part changed are problems or answers, and some of each", async () => {
  let [accepted, refused] = [0, 0];
  const property = fc.asyncProperty(
    query,
    fc.nat(),
    // Some that may well fit, or the count of what is accepted hangs on chance.
    fc.oneof(anything, fc.constant(undefined), fc.constantFrom<unknown>("or", "is_empty", "1", 2, true, [])),
    async (valid, pick, replacement) => {
      if (expectAnswered(await ask(mutate(valid, pick, replacement)))) accepted++;
      else refused++;
    },
  );
  await fc.assert(property, { seed, numRuns: RUNS });
  // About one in twenty-five is accepted.
  expect(Math.min(accepted, refused)).toBeGreaterThan(2);
});

test("arbitrary bodies on every writing route are problems or answers", async () => {
  const routes: [string, string][] = [
    ["POST", "/api/v1/datasets"],
    ["PATCH", `/api/v1/datasets/${dataset}`],
    ["POST", `/api/v1/datasets/${dataset}/records`],
    ["PATCH", recordPath(dataset, "k1")],
    ["POST", `/api/v1/datasets/${dataset}/imports`],
    ["POST", "/api/v1/segments"],
    ["POST", "/api/v1/uploads"],
    ["POST", "/api/v1/destinations"],
    ["POST", "/api/v1/syncs"],
    ["POST", "/api/v1/invites"],
    ["PATCH", "/api/v1/workspace"],
    ["POST", "/api/v1/workspaces"],
    ["POST", "/api/v1/auth/join"],
    ["POST", "/api/v1/auth/sign-in-link"],
  ];
  const body = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom("name", "key", "fields", "data", "id", "dataset_id", "query", "role", "email", "__proto__"),
      fc.jsonValue({ maxDepth: 2 }),
    ),
  );
  const property = fc.asyncProperty(
    fc.constantFrom(...routes),
    body,
    async ([method, path], json) => void expectAnswered(await owner.send(method, path, { json })),
  );
  await fc.assert(property, { seed, numRuns: RUNS });
});

test("arbitrary paths, parameters and cookies are problems or answers", async () => {
  const noise = fc.string({ unit: "binary", maxLength: 30 }).map((text) => encodeURIComponent(text));
  const property = fc.asyncProperty(
    noise,
    noise,
    fc.constantFrom("datasets", "segments", "imports", "uploads", "destinations", "syncs", "members"),
    async (id, parameter, noun) => {
      if (id === "" || id === "." || id === "..") return;
      expectAnswered(await owner.send("GET", `/api/v1/${noun}/${id}?cursor=${parameter}&limit=${parameter}`));
      expectAnswered(await owner.send("GET", `/api/v1/datasets/${dataset}/records?cursor=${parameter}`));
    },
  );
  await fc.assert(property, { seed, numRuns: RUNS / 3 });
});
