/** What a host gives the program: the bindings and the settings. */
import type { LimiterApi } from "../control/limiter.ts";
import type { QuotaApi } from "../control/quota/quota.ts";
import type { ExportApi } from "../deliver/export/interface.ts";
import type { FeedApi, LiveApi, SandboxApi, SyncApi } from "../deliver/interface.ts";
import type { ImporterApi } from "../ingest/interface.ts";
import type { PlatformEnv } from "../platform/program.ts";
import type { ObjectNamespace } from "../platform/types.ts";
import type { ShardApi } from "../shard/interface.ts";

export type { RequestContext } from "../platform/program.ts";

export interface Env extends PlatformEnv {
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
  /** By destination id. */
  readonly SANDBOX: ObjectNamespace<SandboxApi>;
  /** By what is counted: `sign-in:e-mail:<address>`. */
  readonly LIMITER: ObjectNamespace<LimiterApi>;
  /** By export id. */
  readonly EXPORT: ObjectNamespace<ExportApi>;
  /** By key id. */
  readonly QUOTA: ObjectNamespace<QuotaApi>;
  /** Cores of the machine, where shards can use them. */
  readonly CORES?: string;
  /** A dataset gets a shard for each so many rows; a million unless said. */
  readonly ROWS_A_SHARD?: string;
  /** What the shards of a thread may keep of columns in memory. */
  readonly COLUMN_BYTES?: string;
}

/** The program's clock, in epoch milliseconds. */
export function now(env: Pick<Env, "CLOCK_OFFSET_MS">): number {
  return Date.now() + Number(env.CLOCK_OFFSET_MS ?? 0);
}

/** The address that people use, without a slash at the end. */
export function publicUrl(env: Pick<Env, "PUBLIC_URL">, request: Request): string {
  return (env.PUBLIC_URL ?? new URL(request.url).origin).replace(/\/+$/, "");
}
