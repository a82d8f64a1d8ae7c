/** What a host gives the program: the bindings and the settings. */
import type { LimiterApi } from "../control/limiter.ts";
import type { FeedApi, LiveApi, SyncApi } from "../deliver/interface.ts";
import type { ImporterApi } from "../ingest/interface.ts";
import type { D1Database, ObjectNamespace, R2Bucket } from "../platform/types.ts";
import type { ShardApi } from "../shard/interface.ts";

export interface Env {
  readonly DB: D1Database;
  readonly FILES: R2Bucket;
  /** By `<dataset id>/<n>`. */
  readonly SHARD: ObjectNamespace<ShardApi>;
  /** By dataset id; by upload id for inspections. */
  readonly IMPORTER: ObjectNamespace<ImporterApi>;
  /** By dataset id. */
  readonly FEED: ObjectNamespace<FeedApi>;
  /** By workspace id. */
  readonly LIVE: ObjectNamespace<LiveApi>;
  /** By sync id. */
  readonly SYNC: ObjectNamespace<SyncApi>;
  /** By what is counted: `sign-in:e-mail:<address>`. */
  readonly LIMITER: ObjectNamespace<LimiterApi>;
  readonly SECRET: string;
  /** The address that people use, without a slash at the end. */
  readonly PUBLIC_URL: string;
  readonly TIME_ZONE?: string;
  /** How far the program's clock is ahead of the machine's. Text, because Workers' variables are. */
  readonly CLOCK_OFFSET_MS?: string | number;
  readonly CORES?: string | number;
  readonly ADMIN_EMAIL?: string;
  readonly ADMIN_PASSWORD?: string;
}

/** What a host gives with each request. */
export interface RequestContext {
  waitUntil(promise: Promise<unknown>): void;
  /** The caller's address, where the host knows it better than a header. */
  readonly clientAddress?: string;
}

/** The program's clock, in epoch milliseconds. */
export function now(env: Pick<Env, "CLOCK_OFFSET_MS">): number {
  return Date.now() + Number(env.CLOCK_OFFSET_MS ?? 0);
}
