import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { unexpected } from "./mount.ts";
import { formatPath } from "./path.ts";
import { newDataset, START_MS, startProgram, type TestProgram } from "./testing/program.ts";

let program: TestProgram;
beforeAll(async () => {
  program = await startProgram();
}, START_MS);
afterAll(() => program.close());
afterEach(() => vi.restoreAllMocks());

const send: TestProgram["owner"]["send"] = (...args) => program.owner.send(...args);
const postText = (body: string, type = "application/json") =>
  send("POST", "/api/v1/datasets", { body, headers: { "content-type": type } });

test.each(["/api/v1/me", "/api/v1/nothing", "/healthz", "/api/v1/openapi.json"])(
  "P1 %s carries the common headers",
  async (path) => {
    const { headers } = await send("GET", path);
    expect(headers.get("x-request-id")).toMatch(/^req_\w{20}$/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toBe("no-store");
  },
);

test("P2 a problem has the members of RFC 9457 and its request's id", async () => {
  const { status, headers, body } = await send("POST", "/api/v1/datasets", { json: { name: 5 } });
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toEqual({
    type: "urn:cutty:problem:invalid_request",
    title: "Invalid input",
    status,
    code: "invalid_request",
    detail: expect.stringMatching(/^name: .+\.$/),
    request_id: headers.get("x-request-id"),
    path: "name",
  });
});

test("P3 an unknown address is not found; a known one says which methods it has", async () => {
  expect(await send("GET", "/api/v1/data-sets")).toMatchObject({ status: 404, body: { code: "not_found" } });
  const wrong = await send("PUT", "/api/v1/datasets");
  expect(wrong).toMatchObject({ status: 405, body: { code: "method_not_allowed", allow: ["GET", "POST"] } });
  expect(wrong.headers.get("allow")).toBe("GET, POST");
});

test("P4 what is not JSON is refused", async () => {
  expect(await postText('{"name": "x"')).toMatchObject({ status: 400, body: { code: "malformed_json" } });
});

test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])(
  "P5 %s is refused",
  async (type) => {
    const answer = await postText('{"name": "x"}', type);
    expect(answer).toMatchObject({
      status: 415,
      body: { code: "unsupported_media_type", accepted: ["application/json"] },
    });
  },
);

test("P6 more than 1 MB of JSON, or 10 MB of records, is refused with limit and actual", async () => {
  const large = JSON.stringify({ name: "x".repeat(1_000_000) });
  expect(await postText(large)).toMatchObject({
    status: 413,
    body: { code: "body_too_large", limit: 1_000_000, actual: expect.any(Number) },
  });
  const dataset = await newDataset(program.owner);
  const path = `/api/v1/datasets/${dataset}/records`;
  const rows = (size: number) => ({ json: [{ id: "a" }, "x".repeat(size)] });
  expect(await send("POST", path, rows(2_000_000))).toMatchObject({ status: 200 });
  expect(await send("POST", path, rows(10_000_000))).toMatchObject({ status: 413, body: { limit: 10_000_000 } });
});

test("P6 a body that does not say its length is not read beyond the limit", async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 100_000;
      controller.enqueue(new Uint8Array(100_000).fill(32));
    },
  });
  const request = new Request("http://cutty.test/api/v1/auth/sign-in", {
    ...{ method: "POST", body: endless, headers: { "content-type": "application/json" } },
    ...{ duplex: "half" },
  });
  const answer = await program.host.program.fetch(request, program.host.env, { waitUntil: () => undefined });
  expect(answer.status).toBe(413);
  expect(sent).toBeLessThan(2_000_000);
});

test("P7 keys that mean nothing are refused, deep ones with their path", async () => {
  const answer = await send("POST", "/api/v1/datasets", { json: { name: "x", colour: "red" } });
  expect(answer).toMatchObject({
    status: 422,
    body: { code: "invalid_request", detail: expect.stringContaining("colour") },
  });
  const deep = {
    name: "x",
    fields: [
      { name: "a", type: "text" },
      { name: "b", type: "colour" },
    ],
  };
  expect(await send("POST", "/api/v1/datasets", { json: deep })).toMatchObject({ body: { path: "fields[1].type" } });
  expect(formatPath(["fields", 2, "name"])).toBe("fields[2].name");
});

test("P8 limits beyond 1 to 1,000 are refused", async () => {
  for (const limit of ["0", "-1", "1001", "many", "1.5"]) {
    expect(await send("GET", `/api/v1/segments?limit=${limit}`)).toMatchObject({
      status: 422,
      body: { path: "limit" },
    });
  }
});

test("P9 a cursor of another list, or of nobody's, is refused", async () => {
  const foreign = Buffer.from(JSON.stringify([1, 2, 3])).toString("base64url");
  for (const cursor of ["made-up", foreign, "%00", ""]) {
    const answer = await send("GET", `/api/v1/segments?cursor=${cursor}`);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_cursor", path: "cursor" } });
  }
});

test("P10 the unexpected is logged once with the request's id, and tells nothing of the inside", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const broken = { ...program.host.env, DB: { prepare: () => expect.fail("secret reason") } };
  const request = new Request("http://cutty.test/healthz");
  const answer = await program.host.program.fetch(request, broken as never, { waitUntil: () => undefined });
  const body = (await answer.json()) as { code: string; detail: string; request_id: string };
  expect(answer.status).toBe(500);
  expect(body.code).toBe("internal_error");
  expect(JSON.stringify(body)).not.toContain("secret reason");
  expect(logged).toHaveBeenCalledTimes(1);
  expect(String(logged.mock.calls[0])).toContain(body.request_id);
});

test("P12 a call to a part that is starting again answers 503 with Retry-After", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const died = Object.assign(new Error("died"), { retryable: true });
  const answer = unexpected(died, "req_1");
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("1");
  expect(await answer.json()).toMatchObject({ code: "unavailable", request_id: "req_1" });
});
