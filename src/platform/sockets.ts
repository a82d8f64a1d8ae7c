/** The server's end of a WebSocket, and the answer that hands the other end to the client. */
import type { PlatformWebSocket } from "./types.ts";

interface SocketPair {
  readonly 0: WebSocket;
  readonly 1: PlatformWebSocket;
}

/** A global on Cloudflare; the Node host sets its own. */
declare const WebSocketPair: new () => SocketPair;

/** To be given to `state.acceptWebSocket`, and returned from an object's `fetch`. */
export function socketPair(): { server: PlatformWebSocket; response: Response } {
  const pair = new WebSocketPair();
  const init: ResponseInit & { webSocket: WebSocket } = { status: 101, webSocket: pair[0] };
  return { server: pair[1], response: upgradeResponse(init) };
}

/** Node's Response refuses status 101, which no browser code may see; its host reads both properties. */
function upgradeResponse(init: ResponseInit & { webSocket: WebSocket }): Response {
  try {
    return new Response(null, init);
  } catch {
    const properties = { status: { value: init.status }, webSocket: { value: init.webSocket } };
    return Object.defineProperties(new Response(null), properties);
  }
}
