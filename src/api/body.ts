/** Reads a request's body with a limit, and JSON out of it. */
import { problem } from "./problems.ts";

export const DEFAULT_BODY_LIMIT = 1_000_000;
export const RECORDS_BODY_LIMIT = 10_000_000;

/** The whole body as text. More than `limit` bytes: 413 `body_too_large`, without reading on. */
export async function readText(request: Request, limit: number): Promise<string> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > limit) throw bodyTooLarge(limit, declared);
  if (!request.body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw bodyTooLarge(limit, bytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The body as JSON, or 400 `malformed_json`. An absent body is `undefined`. */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const text = await readText(request, limit);
  if (text.trim() === "") return undefined;
  return parseJson(text);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw problem(400, "malformed_json", `The body is not valid JSON: ${reason}. Send one JSON value in UTF-8.`);
  }
}

export function bodyTooLarge(limit: number, actual: number) {
  const detail = `The body may have at most ${limit} bytes. Send less at a time.`;
  return problem(413, "body_too_large", detail, { facts: { limit, actual } });
}
