/** `Idempotency-Key`: a call that is sent again with the same one is answered as the first time and does nothing. */
import { hashToken } from "../control/auth/tokens.ts";
import type { Database } from "../control/database.ts";
import {
  beginCall,
  type CallName,
  endCall,
  forgetCall,
  type RepeatableCall,
} from "../control/repositories/repeatable-calls.ts";
import { problem } from "./problems.ts";

/** So long the answer is kept. */
export const REPEATABLE_MS = 24 * 3_600_000;
/** A call without an answer after this long was lost with its process. */
const LOST_MS = 60_000;
const LONGEST = 255;
const KEPT_HEADERS = ["content-type", "etag", "location"];

/** Runs the call, or repeats its answer. `work` answers failures, too; those that pass (409, 429, 5xx) may be tried anew. */
export async function repeatable(
  db: Database,
  request: Request,
  keyId: string,
  now: number,
  work: (request: Request) => Promise<Response>,
): Promise<Response> {
  const idempotency_key = request.headers.get("idempotency-key");
  if (idempotency_key === null || request.method !== "POST") return work(request);
  if (idempotency_key.length === 0 || idempotency_key.length > LONGEST) {
    const detail = `Idempotency-Key has ${idempotency_key.length} characters; it may have 1 to ${LONGEST}.`;
    throw problem(400, "invalid_idempotency_key", detail);
  }
  const body = await request.text();
  const accept = request.headers.get("accept");
  const request_hash = await hashToken(JSON.stringify([request.method, request.url, accept, body]));
  const name = { key_id: keyId, idempotency_key };
  const before = await beginCall(db, { ...name, request_hash, begun_at: now }, now - LOST_MS);
  if (before) return repeated(before, request_hash);
  const { url, method, headers } = request;
  return remember(db, name, await work(new Request(url, { method, headers, body })));
}

function repeated({ request_hash, status, headers, body }: RepeatableCall, hash: string): Response {
  if (request_hash !== hash) {
    const detail = "This Idempotency-Key came with another call before. Use a new one for each call.";
    throw problem(422, "idempotency_key_reused", detail);
  }
  if (status === null) {
    const detail = "The call with this Idempotency-Key is still under way. Send it again in a moment.";
    throw problem(409, "call_under_way", detail, { facts: { retry_after: 1 } });
  }
  const all: [string, string][] = [...(headers ?? []).map(([name, value]): [string, string] => [name, value])];
  return new Response(body, { status, headers: [...all, ["idempotent-replayed", "true"]] });
}

async function remember(db: Database, name: CallName, answer: Response): Promise<Response> {
  if (!isKept(answer)) {
    await forgetCall(db, name);
    return answer;
  }
  const headers = [...answer.headers].filter(([header]) => KEPT_HEADERS.includes(header));
  const body = answer.body === null ? null : await answer.clone().text();
  await endCall(db, name, { status: answer.status, headers, body });
  return answer;
}

/** What may be otherwise in a moment is not kept, nor is what is as long as a segment. */
function isKept({ status, headers, body }: Response): boolean {
  if (status >= 500 || status === 409 || status === 429) return false;
  return body === null || /^application\/(problem\+)?json/.test(headers.get("content-type") ?? "");
}
