/**
 * The caller's address, under the header that Cloudflare uses, and whether the way to here was safe. What a caller claims in
 * these headers is thrown away.
 */
import type { IncomingMessage } from "node:http";

const ADDRESS = "cf-connecting-ip";
/** `1` where the peer is this machine, or a trusted proxy says that it was asked by https. */
const SECURE = "x-cutty-secure";

/** Behind a proxy the address is the last hop of `x-forwarded-for`: the one that the proxy itself added. */
export function setRemoteAddress(request: IncomingMessage, trustProxy: boolean): void {
  const peer = plain(request.socket.remoteAddress ?? "");
  const address = (trustProxy && lastHop(request, "x-forwarded-for")) || peer;
  const isSecure = isLoopback(peer) || (trustProxy && lastHop(request, "x-forwarded-proto") === "https");
  const kept: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? "";
    if (![ADDRESS, SECURE].includes(name.toLowerCase())) kept.push(name, request.rawHeaders[index + 1] ?? "");
  }
  request.rawHeaders = [...kept, ADDRESS, address, SECURE, isSecure ? "1" : "0"];
  request.headers[ADDRESS] = address;
  request.headers[SECURE] = isSecure ? "1" : "0";
}

function lastHop(request: IncomingMessage, header: string): string | undefined {
  const hops = [request.headers[header]].flat().join(",").split(",");
  return hops.at(-1)?.trim() || undefined;
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

/** An IPv4 address that arrived over IPv6 is written as IPv4. */
function plain(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
