/** WebSocket handshakes: the program answers the request; a 101 that carries a socket completes it. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { NodeSocket } from "../sockets/socket.ts";
import { setRemoteAddress } from "./remote.ts";

const LARGEST_MESSAGE = 32 * 1024 * 1024;
const GOING_AWAY = 1001;

/** The returned function closes every socket. */
export function serveUpgrades(
  server: Server,
  answer: (request: Request) => Promise<Response>,
  trustProxy: boolean,
): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  server.on("upgrade", async (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    connection.on("error", () => connection.destroy());
    setRemoteAddress(request, trustProxy);
    try {
      const response = await answer(asRequest(request));
      const socket = "webSocket" in response ? response.webSocket : null;
      if (!(socket instanceof NodeSocket)) await refuse(connection, response);
      else sockets.handleUpgrade(request, connection, head, (wire) => socket.attach(wire));
    } catch (error) {
      console.error("a handshake failed", error);
      await refuse(connection, new Response(null, { status: 500 }));
    }
  });
  return () => {
    for (const wire of sockets.clients) wire.close(GOING_AWAY, "the server is stopping");
  };
}

function asRequest(request: IncomingMessage): Request {
  const headers = new Headers();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    headers.append(request.rawHeaders[index] ?? "", request.rawHeaders[index + 1] ?? "");
  }
  return new Request(new URL(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`), { headers });
}

async function refuse(connection: Duplex, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  const status = response.status === 101 ? 500 : response.status;
  const headers = [...response.headers].filter(([name]) => name !== "content-length" && name !== "connection");
  const lines = [
    `HTTP/1.1 ${status} ${response.statusText || "Refused"}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  connection.end(
    Buffer.concat([
      Buffer.from(`${lines.join("\r\n")}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`),
      body,
    ]),
  );
}
