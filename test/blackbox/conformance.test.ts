/**
 * The OpenAPI document against the live server: each route is called as it says, each answer is one that it has, and
 * nothing that is sent makes the server fail.
 */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { ApiDocument } from "./api-document.ts";
import type { Answer, Client, SendOptions } from "./client.ts";
import { type KeyClient, withKey } from "./keys.ts";
import { seed } from "./seed.ts";
import { fill, type Holdings, makeHoldings, openRoutes, type Route } from "./tenancy-routes.ts";
import { openWorkspace } from "./workspace.ts";

let owner: Client;
let partner: KeyClient;
let holdings: Holdings;
let document: ApiDocument;
let routes: Route[];

const LIMITS = { standard: 1_000_000, members: 1_000_000, activations: 1_000_000 };
const name = ({ method, path }: Route) => `${method} ${path}`;
/** The stream of events does not end; signing out would end the session of all calls after it. */
const answers = ({ path }: Route) => !path.endsWith("/events") && !path.endsWith("/auth/sign-out");
const isPublic = ({ path }: Route) => path.startsWith("/api/v1/public/");

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  holdings = await makeHoldings(owner);
  partner = await withKey(owner, { rate_limits: LIMITS });
  document = await ApiDocument.load(owner);
  routes = (await openRoutes(owner)).filter(answers);
});

/** Those that delete come last, the dataset's own after all others. */
const inOrder = (all: readonly Route[]): Route[] =>
  [...all].sort((a, b) => weight(a) - weight(b) || (name(a) < name(b) ? -1 : 1));
const weight = ({ method, path }: Route) =>
  method !== "DELETE" ? 0 : path === "/api/v1/datasets/{dataset_id}" ? 3 : path.includes("/members/") ? 2 : 1;

const callerOf = (route: Route): Client => (isPublic(route) ? partner : owner);
const send = (route: Route, path: string, options: SendOptions): Promise<Answer> =>
  callerOf(route).send(route.method, path, options);

test("P11 U30 every answer to a call that is made as the document says is one that the document has", async () => {
  const faults: string[] = [];
  let good = 0;
  for (const route of inOrder(routes)) {
    const { path, options } = fill(route, holdings);
    const answer = await send(route, path, options);
    if (answer.status < 300) good++;
    const fault = document.fault(route, answer);
    if (fault) faults.push(`${name(route)} ${answer.status}: ${fault}`);
    expect(answer.status, `${name(route)} ${answer.text.slice(0, 300)}`).toBeLessThan(500);
  }
  expect(faults).toEqual([]);
  // Most calls do what they are for; the others are refused for a reason (used tokens, other rights).
  expect(good).toBeGreaterThan(routes.length * 0.7);
});

const anyText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    "",
    " ",
    "null",
    "-1",
    "1e999",
    "\u0000",
    "../..",
    "%00",
    "a".repeat(3_000),
    "é漢字🎉",
    "'; DROP TABLE x",
  ),
);
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(null, [], {}, "x", 1e308, { __proto__: 1 }, [[]], { name: null }, { fields: [null] }),
);
/** A part of a call is another than the document says. */
const distortions = fc.record({
  pick: fc.nat(),
  path: fc.option(anyText),
  query: fc.dictionary(fc.constantFrom("cursor", "limit", "since", "include", "fields", "sort", "x"), anyText, {
    maxKeys: 3,
  }),
  body: fc.option(fc.tuple(fc.string({ maxLength: 8 }), anyJson)),
  raw: fc.option(fc.oneof(fc.string(), fc.constantFrom("{", "[", '{"a":1}}', "\ud800"))),
  type: fc.constantFrom("application/json", "application/json; charset=utf-8", "text/plain", ""),
});

test("U31 whatever parameters and bodies are sent, no call fails inside, and each answer is one of the document's", async () => {
  const fuzzed = routes.filter(({ path }) => !/\/(sign-in|set-up|join|sign-in-link)$/.test(path));
  const faults = new Set<string>();
  let refused = 0;
  const property = fc.asyncProperty(distortions, async (one) => {
    const route = fuzzed[one.pick % fuzzed.length] as Route;
    if (route.method === "DELETE" && one.path === null) return; // what is still needed
    const { path, options } = fill(route, holdings);
    const parts = path.split("/");
    const at = route.path.split("/").findIndex((part) => part.startsWith("{"));
    if (one.path !== null && at > 0) parts[at] = encodeURIComponent(one.path.toWellFormed()) || "x";
    const [field = "", value] = one.body ?? [];
    const json = one.body ? { ...(options.json as object), [field]: value } : options.json;
    const isSent = route.method !== "GET" && route.method !== "DELETE";
    const body = !isSent ? {} : one.raw === null ? { ...options, json } : { body: one.raw.toWellFormed() };
    const headers = isSent && one.raw !== null && one.type ? { headers: { "content-type": one.type } } : {};
    const query = Object.fromEntries(Object.entries({ ...options.query, ...one.query }));
    const answer = await send(route, parts.join("/"), { ...body, ...headers, query });
    if (answer.status >= 400) refused++;
    const fault = document.fault(route, answer);
    if (answer.status >= 500) faults.add(`${name(route)} ${answer.status} for ${JSON.stringify(one).slice(0, 600)}`);
    else if (fault && answer.status !== 404 && answer.status !== 405)
      faults.add(`${name(route)} ${answer.status}: ${fault}`);
  });
  await fc.assert(property, { seed, numRuns: 1_500 });
  expect([...faults]).toEqual([]);
  expect(refused).toBeGreaterThan(500);
});
