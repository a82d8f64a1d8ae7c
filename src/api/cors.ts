/** Pages of any origin may call the public API: it goes by keys, never by cookies. */
const PREFIX = "/api/v1/public/";

const ALLOWED = {
  "access-control-allow-methods": "GET, POST, PATCH, DELETE",
  "access-control-allow-headers": "X-API-Key, Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key",
  "access-control-max-age": "86400",
};
const EXPOSED = "ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id";

export function isPublicCall(request: Request): boolean {
  // Most calls are others, and reading an address takes its time.
  return request.url.includes(PREFIX) && new URL(request.url).pathname.startsWith(PREFIX);
}

/** What a browser asks before it sends a key. */
export function preflight(): Response {
  return new Response(null, { status: 204, headers: ALLOWED });
}

/** After the common headers, which close answers to other origins. */
export function openToAll(headers: Headers): void {
  headers.set("access-control-allow-origin", "*");
  headers.set("access-control-expose-headers", EXPOSED);
  headers.set("cross-origin-resource-policy", "cross-origin");
}
