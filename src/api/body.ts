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

/** A request's media type in lower case, without parameters; empty where none was sent. */
export function mediaType(request: Request): string {
  return request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
}

/** 415 `unsupported_media_type` unless the body says that it is one of these, or says nothing. */
export function needMediaType(request: Request, types: readonly string[]): void {
  const actual = mediaType(request);
  if (actual === "" || types.includes(actual)) return;
  const detail = `The body's content-type is ${actual}. Send ${types.join(" or ")}.`;
  throw problem(415, "unsupported_media_type", detail, { facts: { accepted: types, actual } });
}

/**
 * The body as JSON, or 400 `malformed_json`. An absent body is `undefined`. A form's or plain text's media type is
 * refused: those a foreign page may send without asking first.
 */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  needMediaType(request, ["application/json"]);
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
