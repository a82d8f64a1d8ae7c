/** The contract between the program and its hosts: what a host is given, and what it provides in `env`. */
import type { D1Database, ObjectState, R2Bucket } from "./types.ts";

/** What every host puts into `env`, beside one `ObjectNamespace` for each entry of `Program.objects`. */
export interface PlatformEnv {
  readonly DB: D1Database;
  readonly FILES: R2Bucket;
  /** Signs sessions and tickets. */
  readonly SECRET: string;
  /** Milliseconds to add to the clock, as a decimal string. Alarms are set in real time, without it. */
  readonly CLOCK_OFFSET_MS?: string;
  readonly PUBLIC_URL?: string;
  readonly TIME_ZONE?: string;
  readonly ADMIN_EMAIL?: string;
  readonly ADMIN_PASSWORD?: string;
  readonly WEBHOOK_ALLOW_PRIVATE?: string;
  /** Inside an object it waits, as everything does, for the commit of what was written before. */
  readonly fetch: typeof fetch;
}

export interface ObjectBinding<Env> {
  /** On Node: `worker` objects are spread over threads; `main` ones may hold sockets and answer `fetch`. */
  readonly thread: "worker" | "main";
  /**
   * On Node: its calls and frames leave when what was written before is committed, and only its answers wait for the
   * disk, too. For objects that may be told again what a power cut took from them, and whose readers stand that.
   */
  readonly sends_before_sync?: true;
  readonly class: new (state: ObjectState, env: Env) => object;
}

export interface RequestContext {
  waitUntil(promise: Promise<unknown>): void;
}

export interface Program<Env extends PlatformEnv = PlatformEnv> {
  /** By binding name: `SHARD`, `FEED`, … */
  readonly objects: Readonly<Record<string, ObjectBinding<Env>>>;
  fetch(request: Request, env: Env, context: RequestContext): Response | Promise<Response>;
  /** Every minute; and where one process is all there is, at its start, when no earlier request is alive any more. */
  scheduled(env: Env, atStart?: boolean): Promise<void>;
  /** Node only: once, after the migrations and before the first request. */
  start?(env: Env): Promise<void>;
  /** A one-time token that signs the first owner in: the demo prints a link with it. */
  createSignInToken?(env: Env): Promise<string>;
}
