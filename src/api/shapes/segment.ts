import * as z from "zod";
import type { SegmentView } from "../../control/repositories/segments.ts";
import type { LiveState } from "../data/segment-states.ts";
import { rfc3339 } from "../time.ts";
import { Creator, Time } from "./common.ts";

export const QueryAnswer = z
  .record(z.string(), z.unknown())
  .meta({ id: "Query", description: "A group: {combinator, not?, rules}. See the query reference." });

export const SegmentAnswer = z
  .object({
    id: z.string(),
    dataset_id: z.string(),
    name: z.string(),
    description: z.string(),
    tags: z.array(z.string()),
    owner_id: z.string().nullable(),
    query: QueryAnswer,
    words: z.string(),
    version: z.number().int(),
    status: z.enum(["computing", "live", "failed"]),
    progress: z.number(),
    error: z.string().nullable(),
    member_count: z.number().int(),
    computed_at: Time.nullable(),
    last_synced_at: Time.nullable(),
    api_exposed: z.boolean(),
    created_at: Time,
    updated_at: Time,
    created_by: Creator,
  })
  .meta({ id: "Segment" });

/** A segment as it is answered; `live` is what its shards say of it. */
export function segmentAnswer(segment: SegmentView, live: LiveState): z.input<typeof SegmentAnswer> {
  const { id, dataset_id, name, description, owner_id, version, api_exposed } = segment;
  return {
    ...{ id, dataset_id, name, description, owner_id, version, api_exposed },
    tags: [...segment.tags],
    query: { ...segment.query },
    words: live.words,
    status: live.status,
    progress: live.progress,
    error: live.error,
    member_count: live.count,
    computed_at: rfc3339(live.computed_at),
    last_synced_at: rfc3339(segment.last_synced_at),
    created_at: rfc3339(segment.created_at),
    updated_at: rfc3339(segment.updated_at),
    created_by: segment.creator,
  };
}
