import { env, evictAllDurableObjects, SELF } from "cloudflare:test";
import { type ContractHost, collecting } from "./host.ts";

const ORIGIN = "http://contract";

/** The host that runs the suite itself: workerd, with the contract program as the Worker. */
export async function start(): Promise<ContractHost> {
  return {
    env,
    fetch: (path, init) => SELF.fetch(ORIGIN + path, init),
    connect: async (path) => {
      const { webSocket } = await SELF.fetch(ORIGIN + path, { headers: { upgrade: "websocket" } });
      if (!webSocket) throw new Error("the answer carries no socket");
      webSocket.accept();
      return collecting(webSocket);
    },
    evict: () => evictAllDurableObjects(),
    stop: async () => {},
  };
}
