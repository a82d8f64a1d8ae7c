/** The control plane's boundary for the hosts and the wiring. Routes import the repositories themselves. */
export { createOwnerSignInToken } from "./auth/one-time.ts";
export { loadCatalogue } from "./catalogue.ts";
export { type Database, openDatabase } from "./database.ts";
export { type FirstStartEnv, firstStart } from "./first-start.ts";
export { type LimiterApi, LimiterObject, type LimiterPorts } from "./limiter.ts";
export { type QuotaApi, QuotaObject } from "./quota/quota.ts";
export { ensureShardCount, shardCountFor } from "./shard-count.ts";
