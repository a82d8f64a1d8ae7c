/** The caller's address, under the header that Cloudflare uses. What a caller claims in it is thrown away. */
import type { IncomingMessage } from "node:http";

const HEADER = "cf-connecting-ip";

/** Behind a proxy the address is the last hop of `x-forwarded-for`: the one that the proxy itself added. */
export function setRemoteAddress(request: IncomingMessage, trustProxy: boolean): void {
  const address = (trustProxy && lastHop(request)) || plain(request.socket.remoteAddress ?? "");
  const kept: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? "";
    if (name.toLowerCase() !== HEADER) kept.push(name, request.rawHeaders[index + 1] ?? "");
  }
  request.rawHeaders = [...kept, HEADER, address];
  request.headers[HEADER] = address;
}

function lastHop(request: IncomingMessage): string | undefined {
  const hops = [request.headers["x-forwarded-for"]].flat().join(",").split(",");
  return hops.at(-1)?.trim() || undefined;
}

/** An IPv4 address that arrived over IPv6 is written as IPv4. */
function plain(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
