/** The limits of keys: which there are, and what answers say of them (RateLimit header fields for HTTP). */
import type { Quota, QuotaAnswer } from "../control/quota/quota.ts";
import type { Env } from "./env.ts";
import type { KeyHolder } from "./key.ts";
import { problem } from "./problems.ts";

/** Calls an hour of each kind. */
export const STANDARD_LIMITS = { standard: 1_000, members: 100, activations: 5_000 } as const;
export type Bucket = keyof typeof STANDARD_LIMITS;
const HOUR_S = 3_600;

export interface Spent {
  readonly quota: Quota;
  readonly answer: QuotaAnswer;
}

/** Counts a call of the key, if it is allowed. */
export async function spend(env: Env, { key }: KeyHolder, bucket: Bucket): Promise<Spent> {
  const limit = key.rate_limits[bucket] ?? STANDARD_LIMITS[bucket];
  const quota = { name: bucket, limit, window_s: HOUR_S };
  return { quota, answer: await env.QUOTA.getByName(key.id).take(quota) };
}

/** 429 `rate_limited`. */
export function tooMany({ quota: { name, limit }, answer }: Spent) {
  const detail = `This key may make ${limit} calls of the kind ${name} an hour and has made them. Try again in ${answer.reset_s} s, or ask for a higher limit.`;
  return problem(429, "rate_limited", detail, { facts: { limit, bucket: name, retry_after: answer.reset_s } });
}

/** What every answer to a key carries. */
export function setQuotaHeaders(headers: Headers, { quota: { name, limit, window_s }, answer }: Spent): void {
  headers.set("ratelimit-policy", `"${name}";q=${limit};w=${window_s}`);
  headers.set("ratelimit", `"${name}";r=${answer.remaining};t=${answer.reset_s}`);
}
