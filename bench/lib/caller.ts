/** HTTP with as little of its own as possible: kept connections, one JSON request, its answer and how long it took. */
import { Agent, request } from "node:http";

export interface Called {
  readonly status: number;
  readonly ms: number;
  readonly text: string;
}

export class Caller {
  readonly #agent: Agent;
  readonly #url: URL;
  readonly #cookie: string;

  constructor(url: string, cookie: string, sockets: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: sockets });
    this.#url = new URL(url);
    this.#cookie = cookie;
  }

  /** Rejects when no answer comes. */
  call(method: string, path: string, json?: unknown): Promise<Called> {
    const began = performance.now();
    const body = json === undefined ? null : Buffer.from(JSON.stringify(json));
    const headers: Record<string, string | number> = { cookie: this.#cookie };
    if (body) Object.assign(headers, { "content-type": "application/json", "content-length": body.length });
    const { hostname, port } = this.#url;
    return new Promise((done, failed) => {
      const sent = request({ agent: this.#agent, hostname, port, method, path, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", failed);
        answer.on("end", () => {
          const ms = performance.now() - began;
          done({ status: answer.statusCode ?? 0, ms, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.on("error", failed);
      sent.end(body ?? undefined);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The body of a 2xx answer; anything else throws. */
export function okBody<T>({ status, text }: Called): T {
  if (status < 200 || status > 299) throw new Error(`answered ${status}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}
