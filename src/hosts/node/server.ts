/** The program over HTTP on Node: opens the host, serves requests and the page, and stops without losing anything. */
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import type { RequestContext } from "../../platform/program.ts";
import { everyMinute } from "./cron.ts";
import { type Host, type HostSettings, openHost } from "./host.ts";
import { type Page, pageOf, pathOf } from "./http/page.ts";
import { setRemoteAddress } from "./http/remote.ts";
import { answerToFailure } from "./http/unreadable.ts";
import { serveUpgrades } from "./http/upgrade.ts";

export interface ServerSettings extends HostSettings {
  /** 127.0.0.1 unless said. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Folder of the built page. */
  readonly page?: string;
  readonly trustProxy?: boolean;
}

export interface RunningServer {
  readonly url: string;
  readonly host: Host;
  close(): Promise<void>;
}

const DRAIN_MS = 3_000;
/** Longer than the usual proxy keeps a connection: the side that sends must be the one that closes. */
const KEEP_ALIVE_MS = 65_000;

/** Resolves when requests are answered. Throws DataFolderInUse. */
export async function startServer(settings: ServerSettings): Promise<RunningServer> {
  const host = await openHost(settings);
  try {
    await host.program.start?.(host.env);
    return await serve(host, settings);
  } catch (error) {
    await host.close();
    throw error;
  }
}

async function serve(host: Host, settings: ServerSettings): Promise<RunningServer> {
  const background = new Set<Promise<unknown>>();
  const streams = new Set<ServerResponse>();
  const context: RequestContext = {
    waitUntil: (promise) => {
      const done = promise.catch((error) => console.error("work after an answer failed", error));
      background.add(done);
      void done.finally(() => background.delete(done));
    },
  };
  const answer = getRequestListener(
    async (request, { outgoing }) => {
      const response = await host.program.fetch(request, host.env, context);
      if (isEvents(response)) remember(streams, outgoing as ServerResponse);
      return response;
    },
    { overrideGlobalObjects: false, errorHandler: answerToFailure },
  );
  const page = pageIn(settings.page);
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (pathOf(request) === "/healthz") {
      response.writeHead(200, { "content-type": "text/plain" }).end("ok\n");
      return;
    }
    setRemoteAddress(request, settings.trustProxy ?? false);
    if (!(await page(request, response))) await answer(request, response);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      console.error("a request failed", error);
      response.destroy();
    });
  });
  server.requestTimeout = 0; // an upload may take hours
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const closeSockets = serveUpgrades(
    server,
    async (request) => host.program.fetch(request, host.env, context),
    settings.trustProxy ?? false,
  );
  const cron = everyMinute((first) => host.program.scheduled(host.env, first));
  const url = await listen(server, settings).catch(async (error) => {
    await cron.stop();
    throw error;
  });

  const close = async () => {
    const closed = new Promise((done) => server.close(done));
    for (const response of streams) response.end();
    closeSockets();
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    await Promise.race([closed, wait(DRAIN_MS, undefined, { ref: false })]);
    clearInterval(idle);
    server.closeAllConnections();
    await Promise.race([Promise.all([cron.stop(), ...background]), wait(DRAIN_MS, undefined, { ref: false })]);
    await host.close();
  };
  let closing: Promise<void> | null = null;
  return {
    url,
    host,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function pageIn(folder: string | undefined): Page {
  const path = folder && resolve(folder);
  return path && existsSync(path) ? pageOf(path) : async () => false;
}

/** An event stream never ends by itself; other answers do. */
function isEvents(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
}

function remember(streams: Set<ServerResponse>, response: ServerResponse): void {
  streams.add(response);
  response.once("close", () => streams.delete(response));
}

async function listen(server: Server, { host = "127.0.0.1", port = 0 }: ServerSettings): Promise<string> {
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, done);
  });
  const address = server.address() as AddressInfo;
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${address.port}`;
}
