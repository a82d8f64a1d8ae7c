/** One call of the API: sent, timed, judged, and made again where that may help. */
import { CuttyError } from "./error.ts";
import { problemOf } from "./problem.ts";
import { type RateLimit, rateLimitOf } from "./rate-limit.ts";
import { pauseBefore, type Repeat } from "./retry.ts";
import { sleep } from "./sleep.ts";

export interface CallOptions {
  /** Ends the call; it then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface Call extends CallOptions {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below `/api/v1/public`, or a whole address, which is then called without the key. */
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `always` unless said. */
  readonly repeat?: Repeat;
}

export interface TransportOptions {
  readonly url: string;
  readonly key: string;
  readonly fetch: typeof fetch;
  readonly retries: number;
  readonly timeoutMs: number;
}

type Read<T> = (response: Response) => Promise<T>;

export class Transport {
  /** Of the last answer that said it. */
  rateLimit: RateLimit | null = null;
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** The JSON of a 2xx answer. */
  json<T>(call: Call): Promise<T> {
    return this.#persist(call, (response) => jsonOf(response) as Promise<T>);
  }

  /** The body of a 2xx answer, of which nothing was read; reading it has no time limit. */
  stream(call: Call): Promise<ReadableStream<Uint8Array>> {
    return this.#persist(call, async ({ body }) => body ?? new Response("").body!);
  }

  async #persist<T>(call: Call, read: Read<T>): Promise<T> {
    const { signal, repeat = "always" } = call;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(call, read);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof CuttyError)) throw error;
        error.attempts = attempt;
        const pause = attempt > this.#options.retries ? null : pauseBefore(error, attempt, repeat, Math.random());
        if (pause === null) throw error;
        await sleep(pause, signal);
      }
    }
  }

  async #once<T>(call: Call, read: Read<T>): Promise<T> {
    call.signal?.throwIfAborted();
    const { fetch: send, timeoutMs } = this.#options;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMs);
    const signal = call.signal ? AbortSignal.any([call.signal, late.signal]) : late.signal;
    try {
      const response = await send(this.#address(call), { ...this.#init(call), signal });
      this.rateLimit = rateLimitOf(response.headers) ?? this.rateLimit;
      if (!response.ok) throw await problemOf(response);
      return await read(response);
    } catch (cause) {
      if (cause instanceof CuttyError) throw cause;
      if (late.signal.aborted) throw timedOut(timeoutMs);
      throw networkError(cause);
    } finally {
      clearTimeout(timer);
    }
  }

  #address({ path, query = {} }: Call): string {
    const address = new URL(isWhole(path) ? path : `${this.#options.url}/api/v1/public${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) address.searchParams.set(name, String(value));
    }
    return address.href;
  }

  #init({ method, path, json, headers }: Call): RequestInit {
    const all = new Headers(headers);
    if (!isWhole(path)) all.set("x-api-key", this.#options.key);
    const init: RequestInit = { method, headers: all, redirect: "manual" };
    if (json === undefined) return init;
    all.set("content-type", "application/json");
    return { ...init, body: JSON.stringify(json) };
  }
}

const isWhole = (path: string): boolean => !path.startsWith("/");

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = "The answer is no JSON. Check that url is the address of the API.";
    throw new CuttyError({ code: "unexpected_answer", status: response.status, detail, cause });
  }
}

/** The connection broke, or there was none. */
export function networkError(cause: unknown): CuttyError {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  const detail = `The connection failed${why}. Check url and the network, and make the call again.`;
  return new CuttyError({ code: "network_error", detail, cause });
}

function timedOut(ms: number): CuttyError {
  return new CuttyError({ code: "timeout", detail: `There was no whole answer within ${ms} ms. Make the call again.` });
}
