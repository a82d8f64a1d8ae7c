/**
 * The program, as both hosts run it: which objects there are, what each is given, and how requests and
 * the minute reach it. Nothing else knows all the parts.
 */
import { createApi, type Env, now } from "./api/index.ts";
import { createOwnerSignInToken, firstStart, LimiterObject, openDatabase, QuotaObject } from "./control/index.ts";
import { SandboxObject } from "./deliver/activate/sandbox/platform.ts";
import { SyncObject } from "./deliver/activate/sync/sync.ts";
import { ExportObject } from "./deliver/export/export.ts";
import { FeedObject } from "./deliver/feed/feed.ts";
import { LiveObject } from "./deliver/stream/live.ts";
import { ImporterObject } from "./ingest/importer/importer.ts";
import type { Program } from "./platform/program.ts";
import type { ObjectState } from "./platform/types.ts";
import { ShardObject } from "./shard/shard.ts";
import { exportPorts } from "./wiring/export.ts";
import { feedPorts } from "./wiring/feed.ts";
import { importerPorts } from "./wiring/importer.ts";
import { everyMinute } from "./wiring/minute.ts";
import { shardPorts } from "./wiring/shard.ts";
import { syncPorts } from "./wiring/sync.ts";

class Shard extends ShardObject {
  constructor(state: ObjectState, env: Env) {
    super(state, shardPorts(env));
  }
}

class Importer extends ImporterObject {
  constructor(state: ObjectState, env: Env) {
    super(state, importerPorts(env));
  }
}

class Feed extends FeedObject {
  constructor(state: ObjectState, env: Env) {
    super(state, feedPorts(env));
  }
}

class Live extends LiveObject {
  constructor(state: ObjectState, env: Env) {
    super(state, { now: () => now(env) });
  }
}

class Sync extends SyncObject {
  constructor(state: ObjectState, env: Env) {
    super(state, syncPorts(env));
  }
}

class Sandbox extends SandboxObject {
  constructor(state: ObjectState, env: Env) {
    super(state, { now: () => now(env) });
  }
}

class Limiter extends LimiterObject {
  constructor(state: ObjectState, env: Env) {
    super(state, { now: () => now(env) });
  }
}

class Quota extends QuotaObject {
  constructor(state: ObjectState, env: Env) {
    super(state, { now: () => now(env) });
  }
}

class Export extends ExportObject {
  constructor(state: ObjectState, env: Env) {
    super(state, exportPorts(env));
  }
}

const api = createApi();

export const program: Program<Env> = {
  objects: {
    SHARD: { thread: "worker", class: Shard },
    IMPORTER: { thread: "worker", class: Importer },
    FEED: { thread: "main", class: Feed, sends_before_sync: true },
    LIVE: { thread: "main", class: Live, sends_before_sync: true },
    SYNC: { thread: "main", class: Sync },
    SANDBOX: { thread: "main", class: Sandbox },
    LIMITER: { thread: "main", class: Limiter },
    EXPORT: { thread: "worker", class: Export },
    QUOTA: { thread: "main", class: Quota },
  },
  fetch: (request, env, context) => api.fetch(request, env, context),
  scheduled: everyMinute,
  async start(env) {
    const { set_up_link } = await firstStart(env);
    if (set_up_link) console.log(`Set Cutty up here (the link works once): ${set_up_link}`);
  },
  createSignInToken: async (env) => (await createOwnerSignInToken(openDatabase(env.DB), now(env))) ?? "",
};
