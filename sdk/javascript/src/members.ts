/** The one address that tells of members: as a page of a snapshot, and as what changed. */
import { LARGEST_PAGE } from "./pages.ts";
import { segmentPath } from "./segments.ts";
import type { MemberDeltas, MembersPage } from "./shapes/member.ts";
import type { CallOptions, Transport } from "./transport.ts";

export interface MembersOptions extends CallOptions {
  /** Names of the fields to be shown; all of them unless said. */
  readonly fields?: readonly string[];
  /** Members in each call, 1 to 1,000; 1,000 unless said. */
  readonly limit?: number;
}

export interface DeltasOptions extends MembersOptions {
  /** Members whose shown fields changed are told of, too. */
  readonly updated?: boolean;
}

/** Asks for members of one segment in one way. Each call counts for the key's limit `members`. */
export class MembersCalls {
  readonly #transport: Transport;
  readonly #path: string;
  readonly #options: DeltasOptions;

  constructor(transport: Transport, segmentId: string, options: DeltasOptions) {
    this.#transport = transport;
    this.#path = `${segmentPath(segmentId)}/members`;
    this.#options = options;
  }

  page(cursor: string | undefined): Promise<MembersPage> {
    return this.#get({ cursor });
  }

  deltas(since: string): Promise<MemberDeltas> {
    return this.#get({ since, include: this.#options.updated ? "updated" : undefined });
  }

  #get<T>(query: Record<string, string | undefined>): Promise<T> {
    const { fields, limit = LARGEST_PAGE, signal } = this.#options;
    const whole = { ...query, limit, fields: fields?.join(",") };
    return this.#transport.json({ method: "GET", path: this.#path, query: whole, signal });
  }
}
