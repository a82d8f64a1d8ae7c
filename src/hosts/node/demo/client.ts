/** A user of the HTTP API: signs in with a link and keeps the cookie. */

/** An answer that was no success: the status and the problem's own sentence. */
export class RefusedError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "RefusedError";
    this.status = status;
  }
}

export interface Client {
  get<T>(path: string): Promise<T>;
  /** Sends JSON; answers with what came back, null for 204. */
  send<T>(method: "POST" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<T>;
  upload<T>(path: string, csv: string): Promise<T>;
}

interface Call {
  readonly method: string;
  readonly type?: string;
  readonly body?: string;
}

/**
 * @param url the program's address, without a slash at the end
 * @param createToken makes a one-time sign-in token; asked again when the session has ended
 * @param signal ends the calls
 */
export async function signIn(url: string, createToken: () => Promise<string>, signal?: AbortSignal): Promise<Client> {
  let cookie = await openSession(url, await createToken());
  const call = async <T>(path: string, { method, type, body }: Call, again = true): Promise<T> => {
    const headers = { cookie, ...(type && { "content-type": type }) };
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
    if (response.status === 401 && again) {
      cookie = await openSession(url, await createToken());
      return call(path, { method, ...(type && { type }), ...(body !== undefined && { body }) }, false);
    }
    return answerOf<T>(response, `${method} ${path}`);
  };
  return {
    get: (path) => call(path, { method: "GET" }),
    send: (method, path, body) =>
      call(path, body === undefined ? { method } : { method, type: "application/json", body: JSON.stringify(body) }),
    upload: (path, csv) => call(path, { method: "POST", type: "text/csv", body: csv }),
  };
}

async function openSession(url: string, token: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/auth/sign-in-link`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  await answerOf(response, "sign-in");
  return response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

/** The JSON of a success. The caller's type is the API's contract; this is a client of our own program. */
async function answerOf<T>(response: Response, what: string): Promise<T> {
  const text = await response.text();
  if (response.ok) return (text === "" ? null : JSON.parse(text)) as T;
  throw new RefusedError(response.status, `${what}: ${response.status} ${detailOf(text)}`);
}

function detailOf(text: string): string {
  try {
    const problem: { detail?: string } = JSON.parse(text);
    return problem.detail ?? text;
  } catch {
    return text;
  }
}
