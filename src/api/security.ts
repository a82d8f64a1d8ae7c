/** Headers and checks that every answer and every unsafe request get. */
import { problem } from "./problems.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

const HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
const ALWAYS = Object.entries(HEADERS);

/** The answer with the headers that all answers carry. A copy where its headers cannot be changed: of fetched ones. */
export function withCommonHeaders(response: Response, requestId: string): Response {
  try {
    setHeaders(response.headers, requestId);
    return response;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const copy = new Response(response.body, response);
    setHeaders(copy.headers, requestId);
    return copy;
  }
}

function setHeaders(headers: Headers, requestId: string): void {
  headers.set("x-request-id", requestId);
  for (const [name, value] of ALWAYS) headers.set(name, value);
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
}

/**
 * A browser says where a request comes from; one from a foreign page must not act with our cookie. Hosts are
 * compared, not schemes: behind a proxy that ends TLS the program sees http.
 */
export function checkOrigin(request: Request, publicUrl: string): void {
  if (SAFE_METHODS.has(request.method)) return;
  const origin = request.headers.get("origin");
  if (origin === null) return;
  const own = [hostOf(publicUrl), hostOf(request.url)];
  const host = hostOf(origin);
  if (host !== null && own.includes(host)) return;
  throw problem(403, "cross_origin", "This request comes from another site's page. Send it from the program's own.");
}

/**
 * Where people use an https address, keys and sessions are taken over safe ways only: https itself, or, behind a proxy that
 * ends it, what the host says of the way (`x-cutty-secure`, which no caller can set).
 */
export function checkSecure(request: Request, publicUrl: string): void {
  if (!publicUrl.startsWith("https:") || request.url.startsWith("https:")) return;
  if (request.headers.get("x-cutty-secure") === "1") return;
  const detail = `This request came over plain HTTP. Use ${publicUrl}; behind a proxy set CUTTY_TRUST_PROXY, and let it send X-Forwarded-Proto.`;
  throw problem(403, "https_required", detail);
}

function hostOf(url: string): string | null {
  return URL.parse(url)?.host ?? null;
}
