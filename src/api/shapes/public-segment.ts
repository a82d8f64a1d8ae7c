/** A segment as partners see it: nothing of who made it. */
import * as z from "zod";
import type { Segment } from "../../control/repositories/segments.ts";
import type { LiveState } from "../data/segment-states.ts";
import { rfc3339 } from "../time.ts";
import { Time } from "./common.ts";
import { QueryAnswer } from "./segment.ts";

const Metadata = z.object({
  id: z.string(),
  dataset_id: z.string(),
  name: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  version: z.number().int(),
  status: z.enum(["computing", "live", "failed"]),
  progress: z.number(),
  member_count: z.number().int(),
  computed_at: Time.nullable(),
  created_at: Time,
  updated_at: Time,
});

export const PublicSegmentBrief = Metadata.meta({ id: "PublicSegmentBrief" });

export const PublicSegment = Metadata.extend({
  query: QueryAnswer,
  words: z.string().meta({ description: "The query as a sentence." }),
}).meta({ id: "PublicSegment" });

export function publicBrief(segment: Segment, live: LiveState): z.input<typeof PublicSegmentBrief> {
  const { id, dataset_id, name, description, version } = segment;
  return {
    ...{ id, dataset_id, name, description, version, tags: [...segment.tags] },
    ...{ status: live.status, progress: live.progress, member_count: live.count },
    computed_at: rfc3339(live.computed_at),
    created_at: rfc3339(segment.created_at),
    updated_at: rfc3339(segment.updated_at),
  };
}

export function publicSegment(segment: Segment, live: LiveState): z.input<typeof PublicSegment> {
  return { ...publicBrief(segment, live), query: { ...segment.query }, words: live.words };
}
