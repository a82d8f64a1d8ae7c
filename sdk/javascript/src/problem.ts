/** From an answer that is no success to an error: RFC 9457 where the API made it, its beginning where something between did. */
import { CuttyError } from "./error.ts";

const SHOWN = 200;

/** Reads the body to its end. */
export async function problemOf(response: Response): Promise<CuttyError> {
  const { status, headers } = response;
  if (response.type === "opaqueredirect" || (status >= 300 && status < 400)) return redirected(response);
  const text = await response.text();
  const common = { status, retryAfter: secondsOf(headers.get("retry-after"), Date.now()) };
  const problem = asProblem(text);
  if (problem === null) {
    const request_id = headers.get("x-request-id");
    const detail = `The answer is ${status} and not one of the API: ${text.slice(0, SHOWN)}`;
    return new CuttyError({ ...common, code: "unexpected_answer", detail, request_id });
  }
  const { type, title, status: _, code, detail, request_id, path, ...facts } = problem;
  return new CuttyError({
    ...common,
    code: String(code),
    detail: String(detail ?? title ?? type),
    request_id: typeof request_id === "string" ? request_id : null,
    path: typeof path === "string" ? path : null,
    facts,
  });
}

/** Not followed: a POST would become a GET, and the key would go to another address. */
function redirected({ status, headers }: Response): CuttyError {
  const target = headers.get("location");
  const detail = `The answer redirects${target === null ? "" : ` to ${target}`}. Set url to the address where the API itself is.`;
  return new CuttyError({ code: "unexpected_redirect", status, detail });
}

function asProblem(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "code" in value ? { ...value } : null;
  } catch {
    return null;
  }
}

/** `Retry-After`: seconds, or a date. */
export function secondsOf(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}
