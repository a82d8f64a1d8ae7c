/** Members of a segment as pages, and as what changed: one address, with and without `since`. */
import * as z from "zod";
import { PageQuery, Time } from "./common.ts";

const Fields = z.record(z.string(), z.unknown());

const Member = z
  .object({ key: z.string(), fields: Fields, entered_at: Time.nullable() })
  .meta({ id: "SegmentMember", description: "`entered_at` is null when it is older than the log." });

const Page = z
  .object({ data: z.array(Member), next_cursor: z.string().nullable(), delta_cursor: z.string() })
  .meta({ id: "MembersPage" });

const Deltas = z
  .object({
    entered: z.array(Member),
    left: z.array(z.object({ key: z.string() })),
    updated: z.array(z.object({ key: z.string(), fields: Fields })).optional(),
    next_cursor: z.string(),
    has_more: z.boolean(),
  })
  .meta({
    id: "MemberDeltas",
    description: "Net of the page. Apply pages in order, and poll `next_cursor` again for ever.",
  });

export const MembersAnswer = z.union([Page, Deltas]);

export const MembersQuery = PageQuery.extend({
  fields: z
    .string()
    .max(10_000)
    .optional()
    .meta({ description: "Names, with commas or as a JSON list; all without it, none where it is empty." }),
  since: z.string().max(200_000).optional().meta({ description: "A delta cursor, or an RFC 3339 time." }),
  include: z.enum(["updated"]).optional().meta({ description: "With `since`: members whose fields changed, too." }),
});
