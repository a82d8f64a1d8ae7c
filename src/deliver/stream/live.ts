/**
 * A workspace's news for open pages. Keeps the newest of each topic under a rising number, so that a page that was
 * away goes on from its cursor; at most ten a second of each topic, the first at once.
 */

import { migrate } from "../../platform/migrate.ts";
import type { ObjectState } from "../../platform/types.ts";
import type { LiveApi, News } from "../interface.ts";
import { Pace } from "../pace.ts";
import { Timers } from "../timers.ts";
import { StreamClient } from "./client.ts";
import { bytes, type Cursor, formatCursor, frame, HEARTBEAT, parseCursor, RETRY } from "./frames.ts";
import { NewsStore, type Released } from "./news-store.ts";
import { MIGRATIONS } from "./schema.ts";

export interface LivePorts {
  now(): number;
}

const TOPIC_EVERY_MS = 100;
const HEARTBEAT_MS = 15_000;
/** A reader that leaves its queue full for so long is let go. */
const STUCK_MS = 60_000;
/** A stream ends after so long; the browser comes back with its cursor, and its session is looked at again. */
const STREAM_MS = 30 * 60_000;
const KEEP_MS = 86_400_000;
const CATCH_UP = 500;

export class LiveObject implements LiveApi {
  readonly #state: ObjectState;
  readonly #now: () => number;
  readonly #timers: Timers;
  readonly #store: NewsStore;
  readonly #pace = new Pace(TOPIC_EVERY_MS);
  readonly #clients = new Set<StreamClient>();
  #heartbeat: ReturnType<typeof setInterval> | null = null;
  #waiting = false;
  /** The last number that was sent to those who read. */
  #sent: number;
  /** Numbers up to this one are reserved durably: no crash makes them be given again. */
  #reserved: number;

  constructor(state: ObjectState, ports: LivePorts) {
    this.#state = state;
    this.#now = ports.now;
    migrate(state.storage.sql, MIGRATIONS);
    this.#timers = new Timers(state.storage, ports.now);
    this.#store = new NewsStore(state.storage.sql);
    this.#sent = this.#store.cursor().number;
    this.#reserved = this.#sent;
  }

  async publish(news: readonly News[]): Promise<void> {
    if (news.length === 0) return;
    const now = this.#now();
    this.#state.storage.transactionSync(() => {
      for (const one of news) this.#store.hold(one, now);
    });
    this.#release();
  }

  async fetch(request: Request): Promise<Response> {
    const given = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("cursor");
    const client = this.#open(given);
    const headers = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store, no-transform" };
    return new Response(client.body, { headers: { ...headers, "x-accel-buffering": "no" } });
  }

  async alarm(): Promise<void> {
    const due = this.#timers.takeDue();
    if (due.includes("prune")) this.#prune();
    this.#release();
  }

  #open(given: string | null): StreamClient {
    const { epoch } = this.#store.cursor();
    const cursor = given ? parseCursor(given) : null;
    const resumed = cursor !== null && this.#store.knows(cursor);
    const from = resumed ? cursor.number : given ? 0 : this.#sent;
    const client = new StreamClient(
      from,
      this.#now(),
      (one) => this.#catchUp(one),
      (one) => this.#closed(one),
    );
    this.#clients.add(client);
    const id = formatCursor({ epoch, number: from });
    client.write(bytes(RETRY + frame("hello", id, JSON.stringify({ cursor: id, resumed }))));
    this.#catchUp(client);
    this.#heartbeat ??= setInterval(() => this.#beat(), HEARTBEAT_MS);
    return client;
  }

  #closed(client: StreamClient): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0 || !this.#heartbeat) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = null;
  }

  #beat(): void {
    const now = this.#now();
    for (const client of this.#clients) {
      if (client.stuckFor(now) > STUCK_MS || now - client.openedAt > STREAM_MS) client.close();
      else if (client.ready(now)) client.write(HEARTBEAT);
    }
  }

  /** Lets out, at once, what may go now; what was too soon after its predecessor follows when its time comes. */
  #release(): void {
    const now = this.#now();
    const held = this.#store.heldTopics();
    const due = held.filter((topic) => this.#pace.wait(topic, now) === 0);
    for (const topic of due) this.#pace.went(topic, now);
    const before = this.#store.cursor();
    const { released, reserved } = this.#state.storage.transactionSync(() => {
      this.#timers.setNoLater("prune", now + KEEP_MS);
      if (held.length > due.length) this.#timers.setNoLater("release", now + 2 * TOPIC_EVERY_MS);
      return { released: this.#store.release(due), reserved: this.#store.reserve() };
    });
    if (held.length > due.length) this.#releaseLater(held, now);
    const last = released.at(-1)?.number ?? 0;
    if (reserved > this.#reserved) this.#state.waitUntil(this.#whenReserved(reserved, before, released));
    if (released.length > 0 && last <= this.#reserved) this.#send(before, released);
  }

  #releaseLater(held: readonly string[], now: number): void {
    if (this.#waiting) return;
    this.#waiting = true;
    const waits = held.map((topic) => this.#pace.wait(topic, now)).filter((wait) => wait > 0);
    this.#state.waitUntil(this.#releaseIn(Math.min(...waits)));
  }

  async #releaseIn(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#waiting = false;
    try {
      this.#release();
    } catch {
      // The storage is gone with the object; the next one lets out what is still held, by alarm at the latest.
    }
  }

  /** Sends what had to wait for it, too. */
  async #whenReserved(reserved: number, before: Cursor, released: readonly Released[]): Promise<void> {
    const waits = (released.at(-1)?.number ?? 0) > this.#reserved;
    try {
      await this.#state.storage.sync();
    } catch {
      return;
    }
    this.#reserved = Math.max(this.#reserved, reserved);
    if (waits) this.#send(before, released);
  }

  #send({ epoch, number }: Cursor, released: readonly Released[]): void {
    const last = released.at(-1)?.number;
    if (last === undefined) return;
    this.#sent = Math.max(this.#sent, last);
    if (this.#clients.size === 0) return;
    const chunk = encode(epoch, released);
    const now = this.#now();
    for (const client of this.#clients) {
      if (client.sent !== number) this.#catchUp(client);
      else if (client.ready(now)) {
        client.sent = last;
        client.write(chunk);
      }
    }
  }

  #catchUp(client: StreamClient): void {
    const { epoch } = this.#store.cursor();
    while (client.ready(this.#now())) {
      const missed = this.#store.between(client.sent, this.#sent, CATCH_UP);
      const last = missed.at(-1)?.number;
      if (last === undefined) return;
      client.sent = last;
      client.write(encode(epoch, missed));
    }
  }

  #prune(): void {
    const now = this.#now();
    this.#store.prune(now - KEEP_MS);
    this.#timers.set("prune", now + KEEP_MS / 2);
  }
}

function encode(epoch: string, released: readonly Released[]): Uint8Array {
  return bytes(released.map(({ event, number, data }) => frame(event, formatCursor({ epoch, number }), data)).join(""));
}
