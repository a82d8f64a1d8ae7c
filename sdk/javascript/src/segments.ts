import { CuttyError } from "./error.ts";
import { type CreateOptions, idempotent } from "./idempotency.ts";
import { LARGEST_PAGE, type Page, pagesOf } from "./pages.ts";
import type { Segment, SegmentBrief, SegmentChange, SegmentCount, SegmentInput } from "./shapes/segment.ts";
import type { CallOptions, Transport } from "./transport.ts";

export interface ListSegmentsOptions extends CallOptions {
  readonly dataset_id?: string;
  /** Part of the name. */
  readonly search?: string;
  readonly tag?: string;
  /** Segments in each call, 1 to 1,000; 1,000 unless said. */
  readonly limit?: number;
}

export interface UpdateSegmentOptions extends CallOptions {
  /**
   * The change is refused with 412 `version_mismatch` if the segment has another version by then. Such a call is not
   * made again after a lost connection, since it may have been done: read the segment to see.
   */
  readonly ifVersion?: number;
}

/** The segments that the key sees. All of it throws CuttyError, 404 `segment_not_found` for what the key does not see. */
export class Segments {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All of them by name, read page by page. Needs `segments:read`. */
  async *list({ signal, limit = LARGEST_PAGE, ...filter }: ListSegmentsOptions = {}): AsyncGenerator<SegmentBrief> {
    const ask = (cursor: string | undefined) =>
      this.#transport.json<Page<SegmentBrief>>({
        ...{ method: "GET", path: "/segments", query: { ...filter, limit, cursor }, signal },
      });
    for await (const { data } of pagesOf(ask)) yield* data;
  }

  /** Needs `segments:read`. */
  get(id: string, { signal }: CallOptions = {}): Promise<Segment> {
    return this.#transport.json({ method: "GET", path: segmentPath(id), signal });
  }

  /**
   * Makes a segment, which the key then sees: `computing` at first. Needs `segments:write`.
   * Throws 409 `name_taken`, 422 with the `path` of what is wrong in the query.
   */
  create(input: SegmentInput, options: CreateOptions = {}): Promise<Segment> {
    const { signal } = options;
    return this.#transport.json({
      ...{ method: "POST", path: "/segments", json: input, headers: idempotent(options), signal },
    });
  }

  /** Needs `segments:write`. A new query is a new version; the old members are served until the new ones are known. */
  update(id: string, change: SegmentChange, { ifVersion, signal }: UpdateSegmentOptions = {}): Promise<Segment> {
    const call = { method: "PATCH", path: segmentPath(id), json: change, signal } as const;
    if (ifVersion === undefined) return this.#transport.json(call);
    return this.#transport.json({ ...call, headers: { "if-match": `"${ifVersion}"` }, repeat: "refused" });
  }

  /** Needs `segments:delete`. Throws 409 `segment_in_use`. */
  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    try {
      await this.#transport.json({ method: "DELETE", path: segmentPath(id), signal });
    } catch (error) {
      // An attempt before this one did it, and its answer was lost.
      const isDone = error instanceof CuttyError && error.code === "segment_not_found" && error.attempts > 1;
      if (!isDone) throw error;
    }
  }

  /** How many members it has: the truth as of now. Needs `segments:read`. */
  count(id: string, { signal }: CallOptions = {}): Promise<SegmentCount> {
    return this.#transport.json({ method: "GET", path: `${segmentPath(id)}/count`, signal });
  }
}

export const segmentPath = (id: string): string => `/segments/${encodeURIComponent(id)}`;
