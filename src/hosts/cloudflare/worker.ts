/** The Worker's entry: the program, and one Durable Object class for each of its bindings, as `wrangler.jsonc` binds them. */
import type { Program, RequestContext } from "../../platform/program.ts";
import { program } from "../../program.ts";
import { durableObject, programEnv } from "./objects.ts";

type Env = typeof program extends Program<infer E> ? E : never;

const classOf = (binding: string) => {
  const found = program.objects[binding];
  if (!found) throw new Error(`the program has no ${binding}`);
  return durableObject<Env>(found.class);
};

export const Shard = classOf("SHARD");
export const Importer = classOf("IMPORTER");
export const Feed = classOf("FEED");
export const Live = classOf("LIVE");
export const Sync = classOf("SYNC");
export const Sandbox = classOf("SANDBOX");
export const Limiter = classOf("LIMITER");
export const Export = classOf("EXPORT");
export const Quota = classOf("QUOTA");

let started: Promise<void> | null = null;

/** Once for each isolate, before its first request; tried again by the next one when it fails. */
function start(env: Env): Promise<void> {
  started ??= (program.start?.(env) ?? Promise.resolve()).catch((error) => {
    started = null;
    throw error;
  });
  return started;
}

/** On Cloudflare the address says whether the way was safe, and nobody else. */
function withoutClaims(request: Request): Request {
  if (!request.headers.has("x-cutty-secure")) return request;
  const honest = new Request(request);
  honest.headers.delete("x-cutty-secure");
  return honest;
}

export default {
  async fetch(request: Request, bindings: Env, context: RequestContext): Promise<Response> {
    const env = programEnv<Env>(bindings);
    await start(env);
    if (new URL(request.url).pathname === "/healthz") return new Response("ok\n");
    return program.fetch(withoutClaims(request), env, context);
  },
  async scheduled(_: unknown, bindings: Env): Promise<void> {
    await program.scheduled(programEnv<Env>(bindings));
  },
};
