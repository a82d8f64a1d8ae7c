/** A small program that shows the platform's behaviour: the contract suite runs it on both hosts. */
import type { PlatformEnv, Program } from "../../src/platform/program.ts";
import type { ObjectNamespace } from "../../src/platform/types.ts";
import { Probe } from "./probe.ts";

export interface ContractEnv extends PlatformEnv {
  /** On worker threads of Node. */
  readonly PROBE: ObjectNamespace<Probe>;
  /** On its main thread. */
  readonly HUB: ObjectNamespace<Probe>;
}

export const program: Program<ContractEnv> = {
  objects: {
    PROBE: { thread: "worker", class: Probe },
    HUB: { thread: "main", class: Probe },
  },
  async fetch(request, env) {
    const url = new URL(request.url);
    const [, binding, name] = url.pathname.split("/");
    if (binding === "hub") return env.HUB.getByName(name ?? "").fetch(request);
    if (binding === "echo") return new Response(request.body, { headers: request.headers });
    if (binding === "write") {
      const value = await env.PROBE.getByName(name ?? "").add(url.searchParams.get("value") ?? "");
      return Response.json({ value });
    }
    if (binding === "read") return Response.json(await env.PROBE.getByName(name ?? "").all());
    return new Response("not found", { status: 404 });
  },
  async scheduled(env) {
    await env.HUB.getByName("cron").add("tick");
  },
};
