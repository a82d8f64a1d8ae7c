import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../../src/hosts/node/server.ts";
import { type ContractHost, collecting } from "./host.ts";
import type { ContractEnv } from "./program.ts";

export const CONTRACT_PROGRAM = new URL("./program.ts", import.meta.url).href;

/** A Node host on a temporary data folder. */
export async function start(): Promise<ContractHost> {
  const data = mkdtempSync(join(tmpdir(), "cutty-contract-"));
  const evictAlways = process.env.CUTTY_EVICT === "always";
  const migrations = join(data, "no-migrations");
  const server = await startServer({
    program: CONTRACT_PROGRAM,
    migrations,
    data,
    vars: { SECRET: "contract" },
    evictAlways,
  });
  return {
    env: server.host.env as ContractEnv,
    fetch: (path, init) => fetch(new URL(path, server.url), init),
    connect: async (path) => {
      const socket = new WebSocket(new URL(path, server.url.replace("http", "ws")));
      await new Promise((resolve, reject) => {
        socket.addEventListener("open", resolve);
        socket.addEventListener("error", reject);
      });
      return collecting(socket);
    },
    evict: () => server.host.evictIdle(),
    stop: async () => {
      await server.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
