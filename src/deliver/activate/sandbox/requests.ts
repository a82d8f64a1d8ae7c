/** The wire form of requests to Sandbox Ads. */
import type { AudienceRequest, Batch } from "../connector.ts";

export const SANDBOX_ORIGIN = "https://sandbox-ads.internal";
/** Identifiers in one request. */
export const MEMBERS_LIMIT = 1000;

export function audienceRequest(audience: AudienceRequest): Request {
  return post("/audiences", { external_key: audience.key, name: audience.name, segment_id: audience.segment_id });
}

export function membersRequest(audienceId: string, batch: Batch): Request {
  return post(`/audiences/${encodeURIComponent(audienceId)}/members`, { add: batch.add, remove: batch.remove });
}

export function deleteRequest(audienceId: string): Request {
  return new Request(`${SANDBOX_ORIGIN}/audiences/${encodeURIComponent(audienceId)}`, { method: "DELETE" });
}

function post(path: string, body: unknown): Request {
  return new Request(SANDBOX_ORIGIN + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
