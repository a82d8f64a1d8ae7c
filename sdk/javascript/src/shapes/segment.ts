/** A group of conditions, `{combinator, not?, rules}`, or the flat form `{conditions, logic}`: see "Building segments". */
export type SegmentQuery = Readonly<Record<string, unknown>>;

/** A segment in lists. Times are RFC 3339, UTC. */
export interface SegmentBrief {
  readonly id: string;
  readonly dataset_id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Rises with each change of the definition. */
  readonly version: number;
  /** `computing`: its first computation is under way; `failed`: its query is not valid any more. */
  readonly status: "computing" | "live" | "failed";
  /** Of the computation, 0 to 1. */
  readonly progress: number;
  readonly member_count: number;
  /** When the count last changed or was verified. */
  readonly computed_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Segment extends SegmentBrief {
  readonly query: SegmentQuery;
  /** The query as a sentence. */
  readonly words: string;
}

export interface SegmentInput {
  readonly dataset_id: string;
  readonly name: string;
  readonly query: SegmentQuery;
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** What is left out stays. */
export type SegmentChange = Partial<Omit<SegmentInput, "dataset_id">>;

export interface SegmentCount {
  readonly count: number;
  readonly computed_at: string | null;
}
