/**
 * One tenant cannot reach another's anything. The OpenAPI document is walked, so that a new route is
 * covered by itself; a route that cannot be filled fails here until `tenancy-routes.ts` knows how.
 */
import { beforeAll, expect, test } from "vitest";
import { audienceBecomes } from "./audiences.ts";
import { type Answer, Client } from "./client.ts";
import { EventStream } from "./events.ts";
import { KeyClient } from "./keys.ts";
import { allRecords, memberKeys } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import { fill, type Holdings, makeHoldings, openRoutes, publicRoutes, type Route } from "./tenancy-routes.ts";
import { joinAs, openWorkspace } from "./workspace.ts";

let mine: Holdings;
let theirs: Holdings;
let me: Client;
let them: Client;
let routes: Route[];

beforeAll(async () => {
  ({ owner: them } = await openWorkspace());
  ({ owner: me } = await openWorkspace());
  theirs = await makeHoldings(them);
  mine = await makeHoldings(me);
  routes = await openRoutes(me);
});

const isPublic = (route: Route): boolean => publicRoutes.has(`${route.method} ${route.path}`);
const isUnsafe = (route: Route): boolean => route.method !== "GET";
const name = (route: Route): string => `${route.method} ${route.path}`;

/** GET on the event stream never ends; its first bytes are looked at by a test of its own. */
const answers = (route: Route): boolean => !route.path.endsWith("/events");

const takesKey = (route: Route): boolean => route.path.startsWith("/api/v1/public/");

/** `by`: whose key is sent where a route takes one. */
async function call(client: Client, route: Route, holdings: Holdings, by = mine): Promise<Answer> {
  const { path, options } = fill(route, holdings);
  const caller = takesKey(route) ? new KeyClient(client.url, by.key_text) : client;
  return caller.send(route.method, path, options);
}

function expectNothingOfTheirs(answer: Answer, route: Route): void {
  for (const secret of theirs.secrets) expect(answer.text, name(route)).not.toContain(secret);
}

test("the document lists every noun of the documented API", () => {
  const paths = new Set(routes.map(({ path }) => path.split("/")[3]));
  expect([...paths]).toEqual(
    expect.arrayContaining([
      "auth",
      "me",
      "workspace",
      "members",
      "invites",
      "uploads",
      "datasets",
      "imports",
      "segments",
      "destinations",
      "syncs",
      "events",
      "keys",
      "public",
    ]),
  );
});

test("every route that takes an id answers 404 to another workspace's, and shows nothing", async () => {
  const wrong: string[] = [];
  for (const route of routes.filter((each) => !isPublic(each) && answers(each))) {
    const { takesIds } = fill(route, theirs);
    const answer = await call(me, route, theirs);
    if (takesIds) {
      if (answer.status !== 404) wrong.push(`${name(route)} answered ${answer.status} ${answer.text.slice(0, 120)}`);
      else expectProblem(answer, 404);
    }
    expect(answer.status, name(route)).toBeLessThan(500);
    expectNothingOfTheirs(answer, route);
  }
  expect(wrong).toEqual([]);
});

test("ids of another workspace in the query string are refused or find nothing", async () => {
  for (const [path, query] of [
    ["/api/v1/segments", { dataset_id: theirs.dataset }],
    ["/api/v1/syncs", { segment_id: theirs.segment }],
    ["/api/v1/syncs", { destination_id: theirs.destination }],
    [`/api/v1/destinations/${mine.destination}/audience`, { segment_id: theirs.segment }],
  ] as const) {
    const answer = await me.send<{ data: unknown[] }>("GET", path, { query: { ...query } });
    if (answer.status === 200) expect(answer.body.data, path).toEqual([]);
    else expectProblem(answer, 404);
  }
});

test("ids of two workspaces cannot be mixed in one body", async () => {
  const bodies = [
    { segment_id: theirs.segment, destination_id: mine.destination, mapping: { email: "email" } },
    { segment_id: mine.segment, destination_id: theirs.destination, mapping: { email: "email" } },
  ];
  for (const json of bodies) expectProblem(await me.send("POST", "/api/v1/syncs", { json }), 404);
  expectProblem(
    await me.send("POST", `/api/v1/datasets/${mine.dataset}/imports`, { json: { upload_id: theirs.upload } }),
    404,
  );
  const query = { combinator: "and", rules: [{ segment: theirs.segment, operator: "member" }] };
  const answer = await me.send("POST", "/api/v1/segments/preview", { json: { dataset_id: mine.dataset, query } });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  const owned = await me.send("PATCH", `/api/v1/segments/${mine.segment}`, { json: { owner_id: theirs.user } });
  expectProblem(owned, [404, 422]);
});

test("after all those attempts the other workspace is as it was", async () => {
  expect((await allRecords(them, theirs.dataset)).map(({ data }) => data)).toEqual(theirs.rows);
  expect(await memberKeys(them, theirs.segment)).toEqual(theirs.rows.map(({ id }) => String(id)).sort());
  await audienceBecomes(
    them,
    theirs.destination,
    theirs.segment,
    theirs.rows.map(({ email }) => String(email)),
  );
  for (const [path, id] of [
    ["members", theirs.user],
    ["invites", theirs.invite],
    ["syncs", theirs.sync],
  ] as const) {
    expect((await them.send("GET", `/api/v1/${path}`)).text).toContain(id);
  }
});

test("the event stream carries nothing of another workspace", async () => {
  const stream = await EventStream.open(me);
  await stream.waitFor("hello", ({ event }) => event === "hello");
  await them.patch(`/api/v1/datasets/${theirs.dataset}/records/k1`, { data: { email: "changed@example.com" } });
  await me.patch(`/api/v1/datasets/${mine.dataset}/records/k1`, { data: { email: "changed@example.com" } });
  await stream.waitFor("the news of my own", ({ event, data }) => event === "sync" && data.sync_id === mine.sync);
  for (const secret of theirs.secrets) expect(JSON.stringify(stream.events)).not.toContain(secret);
  stream.close();
});

test("every route but the public ones needs a session", async () => {
  for (const route of routes.filter((each) => !isPublic(each))) {
    const { path, options } = fill(route, mine);
    expectProblem(await new Client(me.url).send(route.method, path, options), 401);
  }
});

test("a viewer may call no unsafe route but those that only read", async () => {
  const { client: viewer } = await joinAs(me, "viewer");
  const reading = /\/(preview|verify|check|sign-out)$/;
  for (const route of routes.filter(
    (each) => isUnsafe(each) && !isPublic(each) && !takesKey(each) && !reading.test(each.path),
  )) {
    // Viewers have keys of their own, with the scopes that their role has.
    if (/\/keys\b/.test(route.path)) continue;
    const answer = await call(viewer, route, mine);
    expect(answer.status, name(route)).toBe(403);
    expectProblem(answer, 403);
  }
});
