/** From the table of routes to a router: checks, in one order for all, then the handler. */
import { type Context, Hono } from "hono";
import { type Database, openDatabase } from "../control/database.ts";
import type { Principal } from "../control/repositories/sessions.ts";
import { type Problem, ProblemError } from "../platform/problem.ts";
import { DEFAULT_BODY_LIMIT, readJson } from "./body.ts";
import { type Env, now, publicUrl, type RequestContext } from "./env.ts";
import { repeatable } from "./idempotency.ts";
import { authoriseKey, type KeyHolder, sentKey } from "./key.ts";
import { invalidInput, problem, problemResponse } from "./problems.ts";
import { setQuotaHeaders, spend, tooMany } from "./quota.ts";
import type { Call, Route } from "./route.ts";
import { checkOrigin, checkSecure } from "./security.ts";
import { authorise } from "./session.ts";

export interface Bindings {
  readonly env: Env;
  readonly context: RequestContext;
  readonly request_id: string;
}

type HonoContext = Context<{ Bindings: Bindings }>;

/** A router of these routes. Every failure becomes a problem; the unexpected is logged once. */
export function mount(routes: readonly Route[]): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  for (const route of routes) app.on(route.method.toUpperCase(), honoPath(route.path), (c) => serve(route, c));
  app.notFound((c) => problemResponse(noRoute(routes, c.req.method, c.req.path).problem, c.env.request_id));
  app.onError((error, c) => unexpected(error, c.env.request_id));
  return app;
}

async function serve(route: Route, c: HonoContext): Promise<Response> {
  const { env } = c.env;
  const request = c.req.raw;
  const at = now(env);
  const db = openDatabase(env.DB);
  const address = publicUrl(env, request);
  checkSecure(request, address);
  const key = route.access === "public" ? null : sentKey(request);
  if (route.access === "key" || key !== null) return serveKey(route, c, await holderFor(route, db, key, at), at);
  checkOrigin(request, address);
  return handled(route, c, request, await authorise(db, request, route.access, at), at);
}

/** Whoever sends a key is meant by it, whatever cookie comes along. */
async function holderFor(route: Route, db: Database, key: string | null, at: number): Promise<KeyHolder> {
  if (route.scope === undefined) {
    throw problem(403, "key_not_allowed", "This call is for signed-in people: no key may make it.");
  }
  const holder = await authoriseKey(db, key, route.scope, at);
  if (route.access === "key" || holder.key.segment_ids === null) return holder;
  const detail = "This key is limited to some segments. Use the public API, or a key without that limit.";
  throw problem(403, "key_is_limited", detail);
}

/** Counted against the key's limits; every answer says how far it is from them. */
async function serveKey(route: Route, c: HonoContext, holder: KeyHolder, at: number): Promise<Response> {
  const { env, request_id } = c.env;
  const spent = await spend(env, holder, route.bucket ?? "standard");
  const work = (request: Request) =>
    handled(route, c, request, holder, at).catch((error) => unexpected(error, request_id));
  const answer = await (spent.answer.allowed
    ? callOnce(route, c, holder, at, work)
    : Promise.reject(tooMany(spent))
  ).catch((error) => unexpected(error, request_id));
  setQuotaHeaders(answer.headers, spent);
  return answer;
}

/** Bodies that handlers read themselves are too large to be compared. */
function callOnce(
  route: Route,
  c: HonoContext,
  { key }: KeyHolder,
  at: number,
  work: (request: Request) => Promise<Response>,
): Promise<Response> {
  const request = c.req.raw;
  return route.body ? repeatable(openDatabase(c.env.env.DB), request, key.id, at, work) : work(request);
}

async function handled(
  route: Route,
  c: HonoContext,
  request: Request,
  principal: Principal | null,
  at: number,
): Promise<Response> {
  const { env, context } = c.env;
  const call = {
    ...{ env, context, request, db: openDatabase(env.DB), now: at, principal, params: c.req.param() },
    query: parseQuery(route, c),
    body: await parseBody(route, request),
  };
  return respond(route, await route.handle(call as Call));
}

function parseQuery(route: Route, c: HonoContext): unknown {
  if (!route.query) return undefined;
  const parsed = route.query.safeParse(c.req.query());
  if (!parsed.success) throw invalidInput(parsed.error, "query");
  return parsed.data;
}

async function parseBody(route: Route, request: Request): Promise<unknown> {
  if (!route.body) return undefined;
  const parsed = route.body.safeParse(await readJson(request, route.body_limit ?? DEFAULT_BODY_LIMIT));
  if (!parsed.success) throw invalidInput(parsed.error, "body");
  return parsed.data;
}

function respond(route: Route, answer: unknown): Response {
  if (answer instanceof Response) return answer;
  if (answer === undefined) return new Response(null, { status: route.status ?? 204 });
  return Response.json(answer, { status: route.status ?? 200 });
}

/** The answer for something thrown: a problem as it is; anything else is logged, and tells nothing about the inside. */
export function unexpected(error: unknown, requestId: string): Response {
  if (error instanceof ProblemError) return problemResponse(error.problem, requestId);
  const text = error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);
  console.error(JSON.stringify({ level: "error", request_id: requestId, error: text }));
  if (mayBeRepeated(error)) return problemResponse(UNAVAILABLE, requestId);
  const detail = `Something went wrong on our side. Try again; if it stays, report the request ${requestId}.`;
  return problemResponse({ code: "internal_error", status: 500, detail }, requestId);
}

const UNAVAILABLE: Problem = {
  code: "unavailable",
  status: 503,
  detail: "A part of the program is starting again. Repeat the request in a moment.",
  facts: { retry_after: 1 },
};

/** Both hosts mark the errors of calls that may well succeed when made again: an object that died or is overloaded. */
function mayBeRepeated(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("retryable" in error && error.retryable === true) || ("overloaded" in error && error.overloaded === true);
}

/** 405 where the address exists with other methods, else 404. */
function noRoute(routes: readonly Route[], method: string, path: string): ProblemError {
  const allow = routes.filter((route) => pathPattern(route.path).test(path)).map((route) => route.method.toUpperCase());
  if (allow.length === 0) {
    return problem(404, "not_found", `There is nothing at ${path}. The addresses are in /api/v1/openapi.json.`);
  }
  const detail = `${method} is not possible here. Use ${allow.join(" or ")}.`;
  return problem(405, "method_not_allowed", detail, { facts: { allow } });
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function pathPattern(path: string): RegExp {
  const parts = path.split(/\{\w+\}/).map((part) => part.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]+")}$`);
}
