/** Reads `GET /api/v1/events` as a browser's EventSource would, and lets a test wait for what it hopes to see. */
import type { Client } from "./client.ts";

export interface ServerEvent {
  event: string;
  id: string | null;
  data: Record<string, unknown>;
  /** performance.now() at arrival. */
  at: number;
}

interface Waiter {
  look(): void;
}

export class EventStream {
  readonly events: ServerEvent[] = [];
  readonly comments: string[] = [];
  readonly headers: Headers;
  #waiters = new Set<Waiter>();
  #abort: AbortController;

  private constructor(response: Response, abort: AbortController) {
    this.#abort = abort;
    this.headers = response.headers;
    if (!response.body) throw new Error("the event stream has no body");
    void this.#read(response.body);
  }

  static async open(client: Client, lastEventId?: string): Promise<EventStream> {
    const abort = new AbortController();
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (lastEventId !== undefined) headers["last-event-id"] = lastEventId;
    const response = await client.open("GET", "/api/v1/events", { headers, signal: abort.signal });
    if (response.status !== 200) throw new Error(`the event stream answered ${response.status}`);
    return new EventStream(response, abort);
  }

  /** The first event, past or to come, that satisfies the predicate. */
  waitFor(what: string, predicate: (event: ServerEvent) => boolean, timeout = 10_000): Promise<ServerEvent> {
    return this.#until(what, () => this.events.find(predicate), timeout);
  }

  /** The first comment line (a heartbeat). */
  waitForComment(timeout: number): Promise<string> {
    return this.#until("a comment", () => this.comments[0], timeout);
  }

  /** The cursor of the newest event: what a browser would send as Last-Event-ID. */
  get cursor(): string {
    const last = this.events.findLast((event) => event.id !== null)?.id;
    if (last == null) throw new Error("no event with an id has arrived");
    return last;
  }

  close(): void {
    this.#abort.abort();
  }

  #until<T>(what: string, look: () => T | undefined, timeout: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        const seen = this.events.slice(-5).map(({ event, data }) => `${event} ${JSON.stringify(data)}`);
        reject(new Error(`not within ${timeout} ms on the event stream: ${what}; last seen:\n${seen.join("\n")}`));
      }, timeout);
      const waiter: Waiter = {
        look: () => {
          const found = look();
          if (found === undefined) return;
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(found);
        },
      };
      this.#waiters.add(waiter);
      waiter.look();
    });
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let buffer = "";
    try {
      for await (const bytes of body) {
        buffer += decoder.decode(bytes, { stream: true });
        const blocks = buffer.split(/\r?\n\r?\n/);
        buffer = blocks.pop() ?? "";
        for (const block of blocks) this.#take(block);
        for (const waiter of [...this.#waiters]) waiter.look();
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
  }

  #take(block: string): void {
    const event: ServerEvent = { event: "message", id: null, data: {}, at: performance.now() };
    const data: string[] = [];
    for (const line of block.split(/\r?\n/)) {
      const [, name = "", value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (line.startsWith(":")) this.comments.push(line.slice(1).trim());
      else if (name === "event") event.event = value;
      else if (name === "id") event.id = value;
      else if (name === "data") data.push(value);
    }
    if (data.length === 0) return;
    event.data = JSON.parse(data.join("\n")) as Record<string, unknown>;
    this.events.push(event);
  }
}
