/** Against a server that misbehaves by a script: what is repeated, what is not, and what the caller is told. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Cutty, type CuttyOptions } from "./cutty.ts";
import { CuttyError } from "./error.ts";
import type { FollowItem } from "./follow.ts";

interface Seen {
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
type Act = (response: ServerResponse) => void;

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Does one act for each request; the last one for all further ones. */
async function serve(...script: Act[]): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const act = script[Math.min(seen.length, script.length - 1)];
    const entry = { at: performance.now(), method, url, headers, body: "" };
    seen.push(entry);
    for await (const chunk of request) entry.body += String(chunk);
    act?.(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): Act =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
const problem = (status: number, code: string, headers: Record<string, string> = {}, more: object = {}): Act =>
  answer(status, { status, code, detail: "For a test.", request_id: "req_1", ...more }, headers);
const broken: Act = (response) => response.destroy();
const silent: Act = () => {};
const html =
  (status: number): Act =>
  (response) => {
    response.writeHead(status, { "content-type": "text/html" });
    response.end("<h1>Bad gateway</h1>");
  };

const client = (url: string, more: Partial<CuttyOptions> = {}) => new Cutty({ url, key: "ck_live_test", ...more });
const count = { count: 5, computed_at: null };

async function errorOf(work: Promise<unknown>): Promise<CuttyError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CuttyError);
  return error as CuttyError;
}

test("a call is made again after 503, a broken connection and a gateway's own page", async () => {
  const { url, seen } = await serve(problem(503, "unavailable"), broken, html(502), answer(200, count));
  expect(await client(url).segments.count("seg_1")).toEqual(count);
  expect(seen.map(({ method, url: path }) => [method, path])).toEqual(
    Array.from({ length: 4 }, () => ["GET", "/api/v1/public/segments/seg_1/count"]),
  );
  expect(seen[0]?.headers["x-api-key"]).toBe("ck_live_test");
});

test("after 429 the call waits as long as Retry-After says", async () => {
  const { url, seen } = await serve(problem(429, "rate_limited", { "retry-after": "1" }), answer(200, count));
  await client(url).segments.count("seg_1");
  expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThanOrEqual(995);
});

test("a wait of an hour is told instead of waited, with all that the answer says", async () => {
  const { url, seen } = await serve(
    problem(429, "rate_limited", { "retry-after": "3600" }, { limit: 100, bucket: "members", path: "a.b" }),
  );
  const error = await errorOf(client(url).segments.count("seg_1"));
  expect(error).toMatchObject({
    ...{
      code: "rate_limited",
      status: 429,
      detail: "For a test.",
      request_id: "req_1",
      path: "a.b",
      retryAfter: 3_600,
    },
    ...{ facts: { limit: 100, bucket: "members" }, attempts: 1 },
  });
  expect(error.message).toContain("req_1");
  expect(seen).toHaveLength(1);
});

test("a POST is repeated with the same Idempotency-Key and body, and another call has another key", async () => {
  const { url, seen } = await serve(
    broken,
    problem(409, "call_under_way", { "retry-after": "0" }),
    answer(201, { id: "seg_1" }),
  );
  const cutty = client(url);
  const input = { dataset_id: "ds_1", name: "é", query: {} };
  await cutty.segments.create(input);
  await cutty.segments.create(input);
  const keys = seen.map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toEqual([keys[0], keys[0], keys[0], keys[3]]);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[3]).not.toBe(keys[0]);
  expect(new Set(seen.map(({ body }) => body))).toEqual(new Set([JSON.stringify(input)]));
  await cutty.segments.create(input, { idempotencyKey: "mine" });
  expect(seen.at(-1)?.headers["idempotency-key"]).toBe("mine");
});

test("an update that names its version is not repeated after a broken connection; one that does not is", async () => {
  const once = await serve(broken, answer(200, {}));
  expect(await errorOf(client(once.url).segments.update("seg_1", { name: "a" }, { ifVersion: 3 }))).toMatchObject({
    ...{ code: "network_error", status: 0, attempts: 1 },
  });
  expect(once.seen.map(({ headers }) => headers["if-match"])).toEqual(['"3"']);
  const twice = await serve(broken, answer(200, {}));
  await client(twice.url).segments.update("seg_1", { name: "a" });
  expect(twice.seen).toHaveLength(2);
});

test("a delete whose first answer was lost is done; one of what never was there is an error", async () => {
  const lost = await serve(broken, problem(404, "segment_not_found"));
  await client(lost.url).segments.delete("seg_1");
  expect(lost.seen).toHaveLength(2);
  const never = await serve(problem(404, "segment_not_found"));
  expect((await errorOf(client(never.url).segments.delete("seg_1"))).code).toBe("segment_not_found");
});

test("as many retries as asked for are made, and what does not pass is not repeated", async () => {
  const down = await serve(problem(503, "unavailable"));
  expect((await errorOf(client(down.url, { retries: 2 }).segments.count("seg_1"))).attempts).toBe(3);
  expect(down.seen).toHaveLength(3);
  const wrong = await serve(problem(422, "invalid_request"));
  await errorOf(client(wrong.url).segments.count("seg_1"));
  expect(wrong.seen).toHaveLength(1);
});

test("no answer, no JSON, and a redirect have codes of their own; the key goes to no other address", async () => {
  const quiet = await serve(silent);
  const late = client(quiet.url, { retries: 0, timeoutMs: 50 });
  expect((await errorOf(late.segments.count("seg_1"))).code).toBe("timeout");
  const page = await serve(html(200));
  expect((await errorOf(client(page.url).segments.count("seg_1"))).code).toBe("unexpected_answer");
  const elsewhere = await serve(answer(200, count));
  const moved = await serve(answer(308, {}, { location: elsewhere.url }));
  const error = await errorOf(client(moved.url).segments.count("seg_1"));
  expect(error.code).toBe("unexpected_redirect");
  expect(error.detail).toContain(elsewhere.url);
  expect(elsewhere.seen).toEqual([]);
});

test("an aborted call ends at once with the signal's reason, also while it waits to be repeated", async () => {
  const { url, seen } = await serve(problem(503, "unavailable", { "retry-after": "30" }));
  const stop = new AbortController();
  const call = client(url).segments.count("seg_1", { signal: stop.signal });
  const ended = expect(call).rejects.toBe("enough");
  while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
  stop.abort("enough");
  await ended;
});

test("a stream that breaks off is an error, never a short list", async () => {
  const cut: Act = (response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.write('{"key":"a","fields":{}}\n{"key":');
    setTimeout(() => response.destroy(), 20);
  };
  const tooShort: Act = (response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.end('{"key":"a","fields":{}}\n{"key":');
  };
  for (const act of [cut, tooShort]) {
    const { url, seen } = await serve(act);
    const got: string[] = [];
    const read = async () => {
      for await (const { key } of client(url).streamMembers("seg_1", { fields: ["n"] })) got.push(key);
    };
    expect((await errorOf(read())).code).toBe("network_error");
    expect(got).toEqual(["a"]);
    expect(seen.map(({ headers, body }) => [headers.accept, headers["idempotency-key"], body])).toEqual([
      ["application/x-ndjson", undefined, '{"format":"ndjson","fields":["n"]}'],
    ]);
  }
});

/** Items of a follower until `enough`. */
async function followed(url: string, enough: (items: FollowItem[]) => boolean, more: object = {}) {
  const stop = new AbortController();
  const items: FollowItem[] = [];
  const cutty = client(url, { retries: 0 });
  for await (const item of cutty.follow("seg_1", { signal: stop.signal, intervalMs: 1, ...more })) {
    items.push(item);
    if (enough(items)) stop.abort();
  }
  return items;
}

const page = (next_cursor: string | null, delta_cursor: string) => answer(200, { data: [], next_cursor, delta_cursor });
const delta = (next_cursor: string) => answer(200, { entered: [], left: [], next_cursor, has_more: false });

test("a follower outlasts failures in the middle of a snapshot and of deltas, and loses no place", async () => {
  const { url, seen } = await serve(
    ...[problem(409, "segment_computing"), page("p2", "d1"), broken, page(null, "d9"), problem(500, "internal_error")],
    ...[delta("d2"), problem(429, "rate_limited", { "retry-after": "0" }), delta("d3")],
  );
  const items = await followed(url, (all) => all.at(-1)?.cursor === "d3");
  expect(items.map(({ type, cursor }) => [type, cursor])).toEqual([
    ...[
      ["retrying", null],
      ["snapshot", null],
      ["retrying", null],
      ["snapshot", "d1"],
    ],
    ...[
      ["retrying", "d1"],
      ["delta", "d2"],
      ["retrying", "d2"],
      ["delta", "d3"],
    ],
  ]);
  const asked = seen.map(({ url: path }) => new URL(path, url).searchParams);
  expect(asked.map((query) => query.get("since") ?? query.get("cursor"))).toEqual([
    ...[null, null, "p2", "p2", "d1", "d1", "d2", "d2"],
  ]);
});

test("a follower whose cursor is too old says so and begins anew with a snapshot", async () => {
  const { url } = await serve(problem(410, "resync_required"), page(null, "d1"), delta("d2"));
  const items = await followed(url, (all) => all.at(-1)?.cursor === "d2", { since: "d0" });
  expect(items.map(({ type }) => type)).toEqual(["resync", "snapshot", "delta"]);
});

test("a follower ends with an error that waiting does not mend", async () => {
  const { url } = await serve(page(null, "d1"), problem(404, "segment_not_found"));
  expect((await errorOf(followed(url, () => false))).code).toBe("segment_not_found");
});

test("what is no address, key or number of retries is a programmer's error", () => {
  for (const wrong of [{ url: "cutty" }, { url: "ftp://a" }, { key: "" }, { retries: -1 }, { retries: 1.5 }]) {
    expect(() => client("http://127.0.0.1", wrong)).toThrow(TypeError);
  }
});

test("an address may have a path and a slash at its end", async () => {
  const { url, seen } = await serve(answer(200, count));
  await client(`${url}/cutty/`).segments.count("a/../b");
  expect(seen[0]?.url).toBe("/cutty/api/v1/public/segments/a%2F..%2Fb/count");
});
