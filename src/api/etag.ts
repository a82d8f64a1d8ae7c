/** Entity tags: `"3-1x9f…"` is version 3 of a segment, as its members stand. */
import { problem } from "./problems.ts";

/** A tag of the version that edits go by, and of whatever else the answer shows. */
export function entityTag(version: number, ...parts: readonly (string | number | null)[]): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(JSON.stringify(parts))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return `"${version}-${hash.toString(36)}"`;
}

/** 304 for who has it already. */
export function unlessKnown(request: Request, tag: string, answer: unknown): Response {
  const known = (request.headers.get("if-none-match") ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (known.includes(tag) || known.includes("*")) return new Response(null, { status: 304, headers: { etag: tag } });
  return Response.json(answer, { headers: { etag: tag } });
}

/** The version of `If-Match: "3"`, or of a whole tag; null without the header or with `*`. */
export function expectedVersion(request: Request): number | null {
  const header = request.headers.get("if-match")?.trim();
  if (!header || header === "*") return null;
  const version = /^(?:W\/)?"?(\d+)(?:-[0-9a-z]+)?"?$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  throw problem(400, "invalid_if_match", 'If-Match holds the version in quotes, as the ETag does: "3".');
}
