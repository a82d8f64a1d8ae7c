/**
 * What no Request can be made of (a backslash in the path, a host that is none) never reaches the program:
 * it is refused here, in the form of the program's problems.
 */
import { RequestError } from "@hono/node-server";
import { newId } from "../../../platform/ids.ts";

export function answerToFailure(error: unknown): Response {
  const unreadable = error instanceof RequestError;
  if (!unreadable) console.error("a request failed", error);
  const request_id = newId("req");
  const body = {
    type: `urn:cutty:problem:${unreadable ? "malformed_request" : "internal_error"}`,
    title: unreadable ? "Bad request" : "Internal error",
    status: unreadable ? 400 : 500,
    code: unreadable ? "malformed_request" : "internal_error",
    detail: unreadable
      ? `The request's address cannot be read: ${error.message}. Send a path and a Host header as RFC 9110 has them.`
      : `Something went wrong on our side. Try again; if it stays, report the request ${request_id}.`,
    request_id,
  };
  const headers = { "content-type": "application/problem+json", "x-request-id": request_id };
  return new Response(JSON.stringify(body), { status: body.status, headers });
}
