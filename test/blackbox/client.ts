/**
 * An outside caller of the HTTP API: a base address and, once signed in, a session cookie. It knows
 * nothing of the program's code and is used by the black-box suite and the robustness scripts alike.
 */

export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed when the answer is JSON, else undefined. */
  body: Body;
}

export interface SendOptions {
  json?: unknown;
  body?: RequestInit["body"];
  headers?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  signal?: AbortSignal;
}

/** Thrown by the verbs that expect success. */
export class UnexpectedAnswer extends Error {
  readonly answer: Answer;
  constructor(method: string, path: string, answer: Answer) {
    super(`${method} ${path} answered ${answer.status}: ${answer.text.slice(0, 1_000)}`);
    this.answer = answer;
  }
}

export class Client {
  readonly url: string;
  cookie: string | null = null;

  constructor(url: string) {
    this.url = url.replace(/\/$/, "");
  }

  /** The raw response, for streams. */
  async open(method: string, path: string, options: SendOptions = {}): Promise<Response> {
    const address = new URL(this.url + path);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) address.searchParams.set(name, String(value));
    }
    const headers = new Headers(options.headers);
    if (this.cookie !== null) headers.set("cookie", this.cookie);
    const init: RequestInit & { duplex?: "half" } = { method, headers, redirect: "manual" };
    if (options.signal) init.signal = options.signal;
    if (options.json !== undefined) {
      if (!headers.has("content-type")) headers.set("content-type", "application/json");
      init.body = JSON.stringify(options.json);
    } else if (options.body != null) {
      init.body = options.body;
      if (options.body instanceof ReadableStream) init.duplex = "half";
    }
    return fetch(address, init);
  }

  /** Any answer, good or bad. */
  async send<Body = unknown>(method: string, path: string, options: SendOptions = {}): Promise<Answer<Body>> {
    const response = await this.open(method, path, options);
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
    const body = (isJson && text !== "" ? JSON.parse(text) : undefined) as Body;
    return { status: response.status, headers: response.headers, text, body };
  }

  /** The body of a 2xx answer; anything else throws. */
  async expect<Body>(method: string, path: string, options: SendOptions = {}): Promise<Body> {
    const answer = await this.send<Body>(method, path, options);
    if (answer.status < 200 || answer.status > 299) throw new UnexpectedAnswer(method, path, answer);
    return answer.body;
  }

  get<Body>(path: string, query?: SendOptions["query"]): Promise<Body> {
    return this.expect<Body>("GET", path, query ? { query } : {});
  }

  post<Body>(path: string, json: unknown = {}): Promise<Body> {
    return this.expect<Body>("POST", path, { json });
  }

  patch<Body>(path: string, json: unknown): Promise<Body> {
    return this.expect<Body>("PATCH", path, { json });
  }

  put<Body>(path: string, json: unknown): Promise<Body> {
    return this.expect<Body>("PUT", path, { json });
  }

  delete(path: string, query?: SendOptions["query"]): Promise<unknown> {
    return this.expect("DELETE", path, query ? { query } : {});
  }

  /** Remembers the session cookie of an answer that signed in. */
  adopt(answer: Answer): void {
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith("cutty_session="));
    if (!cookie) throw new Error("the answer sets no cutty_session cookie");
    this.cookie = cookie.split(";", 1)[0] ?? null;
  }
}

/** A client with a session of this person's. */
export async function signIn(url: string, email: string, password: string): Promise<Client> {
  const client = new Client(url);
  const answer = await client.send("POST", "/api/v1/auth/sign-in", { json: { email, password } });
  if (answer.status !== 200) throw new UnexpectedAnswer("POST", "/api/v1/auth/sign-in", answer);
  client.adopt(answer);
  return client;
}
