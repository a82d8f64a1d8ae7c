import { Exports } from "./exports.ts";
import { type FollowItem, type FollowOptions, follow } from "./follow.ts";
import { MembersCalls, type MembersOptions } from "./members.ts";
import { ndjson } from "./ndjson.ts";
import type { RateLimit } from "./rate-limit.ts";
import { Segments, segmentPath } from "./segments.ts";
import type { ExportedMember } from "./shapes/member.ts";
import { Snapshot } from "./snapshot.ts";
import { type CallOptions, Transport } from "./transport.ts";

export interface CuttyOptions {
  /** Where the API is: `https://cutty.example.com`. */
  readonly url: string;
  /** `ck_live_…` */
  readonly key: string;
  /** Instead of the global one. */
  readonly fetch?: typeof fetch;
  /** How often a failed call is made again; 4 unless said. */
  readonly retries?: number;
  /** For one attempt; 60,000 unless said. */
  readonly timeoutMs?: number;
}

export interface StreamMembersOptions extends CallOptions {
  /** Names of the fields to be shown; all of them unless said, none with `[]`. */
  readonly fields?: readonly string[];
}

const RETRIES = 4;
const TIMEOUT_MS = 60_000;

/** The public API of one installation, with one key. All of it throws CuttyError. */
export class Cutty {
  readonly segments: Segments;
  readonly exports: Exports;
  readonly #transport: Transport;

  /** Throws TypeError for a url or key that is none. */
  constructor(options: CuttyOptions) {
    const { key, retries = RETRIES, timeoutMs = TIMEOUT_MS } = options;
    if (!key) throw new TypeError("key is missing: make one in the page under Developers.");
    if (!Number.isInteger(retries) || retries < 0) throw new TypeError("retries is a whole number from 0 on.");
    // Workers and browsers refuse a fetch that is called as a method of something else.
    const send: typeof fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#transport = new Transport({ url: baseOf(options.url), key, fetch: send, retries, timeoutMs });
    this.segments = new Segments(this.#transport);
    this.exports = new Exports(this.#transport);
  }

  /** How far the key is from its limits, as the last answer said; null before one did. */
  get rateLimit(): RateLimit | null {
    return this.#transport.rateLimit;
  }

  /**
   * All members now, and the cursor to follow them from. Needs `segments:members:read`.
   * Throws 409 `segment_computing` until a new segment was computed for the first time, 422 `unknown_field`.
   */
  members(segmentId: string, options: MembersOptions = {}): Snapshot {
    return new Snapshot(new MembersCalls(this.#transport, segmentId, options));
  }

  /**
   * The members for ever: a snapshot unless `since` is given, then what changes, page by page. Waits out failures and a
   * segment's first computation. Ends when `signal` is aborted. `LiveMembers` keeps the members by its items.
   */
  follow(segmentId: string, options: FollowOptions = {}): AsyncGenerator<FollowItem, void, undefined> {
    return follow(new MembersCalls(this.#transport, segmentId, options), options);
  }

  /**
   * All members as one answer, read as it comes: one call however many they are. Throws `network_error` if it breaks
   * off: begin again.
   */
  async *streamMembers(segmentId: string, options: StreamMembersOptions = {}): AsyncGenerator<ExportedMember> {
    const { fields, signal } = options;
    const body = await this.#transport.stream({
      ...{ method: "POST", path: `${segmentPath(segmentId)}/export`, json: { format: "ndjson", fields }, signal },
      // No Idempotency-Key: it changes nothing, so that repeating it is safe without one.
      headers: { accept: "application/x-ndjson" },
    });
    yield* ndjson<ExportedMember>(body, signal);
  }
}

function baseOf(url: string): string {
  const { protocol, href } = new URL(url);
  if (!/^https?:$/.test(protocol)) throw new TypeError(`url is ${url}; it begins with https:// or http://.`);
  return href.replace(/[?#].*$/, "").replace(/\/+$/, "");
}
