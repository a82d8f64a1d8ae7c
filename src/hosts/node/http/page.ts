/** The built web page: hashed assets for ever, everything else falls back to `index.html`. */
import { createReadStream, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream";
import { packedFile } from "./packed.ts";

/** The program answers these; `wrangler.jsonc` lists the same. */
const PROGRAM_PATHS = ["/api", "/v1", "/healthz", "/developers"];
/** Nothing from elsewhere; the components set styles in elements. `web/public/_headers` says the same on Cloudflare. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};

/** Answers requests for the page; false when the request is the program's. */
export type Page = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export function pageOf(folder: string): Page {
  return async (request, response) => {
    const path = pathOf(request);
    if ((request.method !== "GET" && request.method !== "HEAD") || isProgram(path)) return false;
    const found = (await fileIn(folder, path)) ?? (extname(path) === "" ? await fileIn(folder, "/index.html") : null);
    if (!found) return false;
    // The browser may have gone on to another view while the file was looked for.
    if (response.destroyed) return true;
    await send(request, response, found.path, found.stats);
    return true;
  };
}

/** As it was sent, without the query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split(/[?#]/, 1)[0] ?? "/";
}

function isProgram(path: string): boolean {
  return PROGRAM_PATHS.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
}

async function fileIn(folder: string, path: string): Promise<{ path: string; stats: Stats } | null> {
  const full = normalize(join(folder, decoded(path)));
  if (!full.startsWith(folder + sep) || full.includes("\0")) return null;
  const stats = await stat(full).catch(() => null);
  return stats?.isFile() ? { path: full, stats } : null;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function send(request: IncomingMessage, response: ServerResponse, path: string, stats: Stats): Promise<void> {
  const etag = `"${stats.size.toString(16)}-${Math.floor(stats.mtimeMs).toString(16)}"`;
  const hashed = path.includes(`${sep}assets${sep}`);
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  response.setHeader("content-type", type);
  response.setHeader("vary", "accept-encoding");
  response.setHeader("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  response.setHeader("etag", etag);
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("x-frame-options", "DENY");
  response.setHeader("referrer-policy", "same-origin");
  response.setHeader("content-security-policy", CONTENT_SECURITY_POLICY);
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304).end();
    return;
  }
  const packed = await packedFile(path, etag, stats.size, type, String(request.headers["accept-encoding"] ?? ""));
  if (packed) {
    response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length });
    response.end(request.method === "HEAD" ? undefined : packed);
    return;
  }
  response.writeHead(200, { "content-length": stats.size });
  if (request.method === "HEAD") response.end();
  else pipeline(createReadStream(path), response, () => {});
}
