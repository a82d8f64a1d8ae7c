/** Reading what Sandbox Ads answers. HTTP 200 alone proves nothing: an identifier is in when the body says so. */
import * as z from "zod";
import type { AudienceAnswer, Batch, IdentifierResult, SendAnswer, Trouble } from "../connector.ts";
import { NO_RESULTS } from "../connector.ts";

const audienceBody = z.object({ id: z.string().min(1) });
const membersBody = z.object({
  accepted: z.number().int().nonnegative(),
  rejected: z.array(z.object({ identifier: z.string(), reason: z.string() })),
});

export async function readAudience(response: Response): Promise<AudienceAnswer> {
  if (!response.ok) return { trouble: readTrouble(response) };
  const body = audienceBody.safeParse(await json(response));
  return body.success ? { id: body.data.id } : { trouble: unreadable(response) };
}

export async function readMembers(response: Response, batch: Batch): Promise<SendAnswer> {
  if (!response.ok) return { results: NO_RESULTS, trouble: readTrouble(response) };
  const body = membersBody.safeParse(await json(response));
  const sent = [...batch.add, ...batch.remove];
  if (!body.success || body.data.accepted + body.data.rejected.length !== sent.length) {
    return { results: NO_RESULTS, trouble: unreadable(response) };
  }
  const results = new Map<string, IdentifierResult>(sent.map((identifier) => [identifier, { status: "accepted" }]));
  for (const { identifier, reason } of body.data.rejected) results.set(identifier, { status: "rejected", reason });
  return { results, trouble: null };
}

export function readTrouble(response: Response): Trouble {
  const retry_after_ms = retryAfter(response.headers.get("retry-after"));
  const { status } = response;
  if (status === 404) {
    return {
      kind: "audience_missing",
      code: "audience_missing",
      detail: "Sandbox Ads no longer has this audience. Resume the sync to create it again and send every member.",
      retry_after_ms,
    };
  }
  if (status === 401 || status === 403) {
    return {
      kind: "needs_reconnect",
      code: "needs_reconnect",
      detail: "Sandbox Ads refused the account. Connect the destination again, then resume the sync.",
      retry_after_ms,
    };
  }
  if (status === 429) return retry("rate_limited", "Sandbox Ads takes no more requests for now.", retry_after_ms);
  if (status >= 500) return retry("unavailable", `Sandbox Ads answered ${status}.`, retry_after_ms);
  return {
    kind: "fatal",
    code: "request_refused",
    detail: `Sandbox Ads refused the request with ${status}. Check the sync's mapping, then resume it.`,
    retry_after_ms,
  };
}

/** Seconds or a date, as RFC 9110 has it; null when absent or unreadable. */
export function retryAfter(header: string | null): number | null {
  if (header === null || header.trim() === "") return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function unreadable(response: Response): Trouble {
  return retry("unreadable_answer", `Sandbox Ads answered ${response.status} with a body that says nothing.`, null);
}

function retry(code: string, what: string, retry_after_ms: number | null): Trouble {
  return { kind: "retry", code, detail: `${what} The sync tries again by itself.`, retry_after_ms };
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}
