/** How far a key is from its limits, as the `RateLimit` header fields of an answer say. */
export interface RateLimit {
  /** Which of the key's limits the call counted for: `standard`, `members` or `activations`. */
  readonly name: string;
  /** So many more calls are allowed now. */
  readonly remaining: number;
  /** One more is allowed after so many seconds. */
  readonly resetSeconds: number | null;
  /** So many are allowed within `windowSeconds`. */
  readonly limit: number | null;
  readonly windowSeconds: number | null;
}

/** Null where the answer does not say, as those to calls without a valid key. */
export function rateLimitOf(headers: Headers): RateLimit | null {
  const now = itemOf(headers.get("ratelimit"));
  const remaining = now?.parameters.r;
  if (!now || remaining === undefined) return null;
  const policy = itemOf(headers.get("ratelimit-policy"))?.parameters ?? {};
  const { q: limit = null, w: windowSeconds = null } = policy;
  return { name: now.name, remaining, resetSeconds: now.parameters.t ?? null, limit, windowSeconds };
}

interface Item {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
}

/** `"members";r=99;t=3590` (RFC 9651), the first of a list. */
function itemOf(header: string | null): Item | null {
  const [, name, rest = ""] = /^\s*"([^"]*)"((?:\s*;\s*[a-z]+=\d+)*)/.exec(header ?? "") ?? [];
  if (name === undefined) return null;
  const pairs = [...rest.matchAll(/([a-z]+)=(\d+)/g)].map(([, key = "", value]) => [key, Number(value)] as const);
  return { name, parameters: Object.fromEntries(pairs) };
}
