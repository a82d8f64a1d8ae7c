/** Problems that many routes answer, and their form on the wire (RFC 9457). */
import type * as z from "zod";
import { type Problem, ProblemError } from "../platform/problem.ts";
import { formatPath } from "./path.ts";

export function problem(
  status: number,
  code: string,
  detail: string,
  more: Pick<Problem, "path" | "facts"> = {},
): ProblemError {
  return new ProblemError({ code, status, detail, ...more });
}

/** An id of another workspace answers the same, and is not repeated: nobody learns what others have. */
export function notFound(noun: string): ProblemError {
  const detail = `There is no ${noun} with this id in this workspace. Check the id; it may have been deleted.`;
  return problem(404, `${noun.replaceAll(" ", "_")}_not_found`, detail);
}

/** What a schema refused, as one problem about its first issue. */
export function invalidInput(error: z.ZodError, where: "body" | "query"): ProblemError {
  const issue = error.issues[0];
  const path = issue ? formatPath(issue.path) : "";
  const place = path || (where === "body" ? "the body" : "the query string");
  const detail = `${sentence(place, issue?.message ?? "Invalid input")} Correct it and send the request again.`;
  return problem(422, "invalid_request", detail, path ? { path } : {});
}

function sentence(place: string, message: string): string {
  const text = `${place}: ${message}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  410: "Gone",
  412: "Precondition failed",
  413: "Too large",
  415: "Unsupported media type",
  422: "Invalid input",
  429: "Too many requests",
  500: "Internal error",
  503: "Unavailable",
};

/** The answer of a problem. `facts` stand beside the standard members; `retry_after` also becomes the header. */
export function problemResponse(cause: Problem, requestId: string): Response {
  const { code, status, detail, path, facts } = cause;
  const body = {
    ...facts,
    type: `urn:cutty:problem:${code}`,
    title: TITLES[status] ?? "Error",
    status,
    code,
    detail,
    request_id: requestId,
    ...(path === undefined ? {} : { path }),
  };
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (typeof facts?.retry_after === "number") headers.set("retry-after", String(facts.retry_after));
  if (Array.isArray(facts?.allow)) headers.set("allow", facts.allow.join(", "));
  return new Response(JSON.stringify(body), { status, headers });
}
