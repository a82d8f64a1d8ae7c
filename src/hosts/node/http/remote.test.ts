import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { setRemoteAddress } from "./remote.ts";

/** What the program sees of a request from `peer` with these headers. */
function seen(peer: string, headers: Record<string, string>, trustProxy: boolean) {
  const rawHeaders = Object.entries(headers).flat();
  const request = {
    socket: { remoteAddress: peer },
    headers: { ...headers },
    rawHeaders,
  } as unknown as IncomingMessage;
  setRemoteAddress(request, trustProxy);
  const raw = new Map<string, string>();
  for (let at = 0; at < request.rawHeaders.length; at += 2)
    raw.set(request.rawHeaders[at] ?? "", request.rawHeaders[at + 1] ?? "");
  expect(raw.get("x-cutty-secure")).toBe(request.headers["x-cutty-secure"]);
  return { address: request.headers["cf-connecting-ip"], secure: request.headers["x-cutty-secure"] === "1" };
}

test("A50 the way is safe from this machine, or where a trusted proxy says https; what callers claim counts for nothing", () => {
  expect(seen("127.0.0.1", {}, false)).toEqual({ address: "127.0.0.1", secure: true });
  expect(seen("::1", {}, false).secure).toBe(true);
  expect(seen("::ffff:127.0.0.1", {}, false).secure).toBe(true);
  expect(seen("203.0.113.9", {}, false)).toEqual({ address: "203.0.113.9", secure: false });
  const claims = { "x-forwarded-proto": "https", "x-cutty-secure": "1", "X-Cutty-Secure": "1" };
  expect(seen("203.0.113.9", claims, false).secure).toBe(false);
  expect(seen("203.0.113.9", { "x-forwarded-proto": "https" }, true).secure).toBe(true);
  expect(seen("203.0.113.9", { "x-forwarded-proto": "https, http" }, true).secure).toBe(false);
  expect(seen("203.0.113.9", { "x-forwarded-for": "198.51.100.1, 198.51.100.2" }, true).address).toBe("198.51.100.2");
});
