/** The one place that talks to the program: JSON in, JSON out, and every failure as an ApiError with its problem. */

/** RFC 9457, as the program answers it. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly request_id?: string;
  /** The wrong part of what was sent: `query.rules[2].value`. */
  readonly path?: string;
  readonly [fact: string]: unknown;
}

export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ApiError";
    this.problem = problem;
  }
}

export interface Page<Row> {
  readonly data: Row[];
  readonly next_cursor: string | null;
}

type QueryValue = string | number | boolean | null | undefined;

export interface RequestOptions {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Lets the request outlive the page: for a deletion whose time to undo ended with the page. */
  readonly keepalive?: boolean;
}

/** `/api/v1` + path, with the query's set values. */
export function address(path: string, query: RequestOptions["query"] = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return `/api/v1${path}${text ? `?${text}` : ""}`;
}

/** The answer's JSON (undefined for 204), or an ApiError; an aborted request throws its AbortError. */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  if (response.status === 204) return undefined as T;
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as T;
  throw new ApiError(problemOf(response.status, body));
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  try {
    return await fetch(address(path, options.query), {
      method,
      credentials: "same-origin",
      headers: { ...(options.body === undefined ? {} : { "content-type": "application/json" }), ...options.headers },
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
      keepalive: options.keepalive ?? false,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(UNREACHABLE);
  }
}

const UNREACHABLE: Problem = {
  status: 0,
  code: "unreachable",
  title: "Cutty does not answer",
  detail: "The program could not be reached. Check that it is running and that you are connected, then try again.",
};

/** A problem made of whatever the program (or something in front of it) answered. */
export function problemOf(status: number, body: unknown): Problem {
  if (typeof body === "object" && body !== null && "code" in body && "detail" in body) return body as Problem;
  return {
    status,
    code: "unexpected",
    title: "Unexpected answer",
    detail: `The answer was HTTP ${status} without an explanation. Try again; if it stays so, look at the program's log.`,
  };
}

/** Any thrown value as a problem that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { status: 0, code: "page_error", title: "The page failed", detail };
}
