import * as z from "zod";
import type { SegmentVersion } from "../../control/repositories/segment-versions.ts";
import { rfc3339 } from "../time.ts";
import { Creator, Time } from "./common.ts";
import { QueryAnswer } from "./segment.ts";

const Change = z
  .object({
    change: z.enum(["added", "removed", "changed"]),
    path: z.string().meta({ description: "In this version's query; of what was removed, in the one before." }),
    before: z.string().nullable(),
    after: z.string().nullable(),
  })
  .meta({ id: "QueryChange" });

export const SegmentVersionAnswer = z
  .object({
    number: z.number().int(),
    query: QueryAnswer,
    words: z.string(),
    error: z.string().nullable().meta({ description: "Why this query can no longer be restored." }),
    author: Creator,
    at: Time,
    difference: z.array(Change).meta({ description: "From the version before, in words." }),
  })
  .meta({ id: "SegmentVersion" });

type Answer = z.input<typeof SegmentVersionAnswer>;

/** `said` is what follows from the query as it reads today. */
export function segmentVersionAnswer(
  { number, query, author, at }: SegmentVersion,
  said: Pick<Answer, "words" | "error" | "difference">,
): Answer {
  return { number, query: { ...query }, ...said, author, at: rfc3339(at) };
}
