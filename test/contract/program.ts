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
    const [, , binding, name] = url.pathname.split("/");
    if (binding === "put" && request.body) return Response.json(await env.FILES.put(name ?? "", request.body));
    const probe = env.PROBE.getByName(name ?? "");
    if (binding === "hub") return env.HUB.getByName(name ?? "").fetch(request);
    if (binding === "echo") return new Response(request.body, { headers: request.headers });
    if (binding === "write") {
      const value = await probe.add(url.searchParams.get("value") ?? "");
      return Response.json({ value });
    }
    const inMs = Number(url.searchParams.get("in"));
    if (binding === "stray") return Response.json({ done: await probe.stray() });
    if (binding === "hub-stray") return Response.json({ done: await env.HUB.getByName(name ?? "").stray() });
    if (binding === "alarm") return Response.json(await probe.setAlarm(inMs));
    if (binding === "slow") return Response.json(await probe.slow(inMs));
    if (binding === "peak") return new Response(String(process.resourceUsage().maxRSS));
    if (binding === "read") return Response.json(await probe.all());
    return new Response("not found", { status: 404 });
  },
  async scheduled(env) {
    await env.HUB.getByName("cron").add("tick");
  },
};
