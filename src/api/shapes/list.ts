import * as z from "zod";
import { Name, Time } from "./common.ts";

export const ListAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    /** The segment that it was frozen from; null: uploaded. */
    segment_id: z.string().nullable(),
    status: z.enum(["writing", "ready", "failed"]),
    progress: z.number(),
    item_count: z.number().int(),
    api_exposed: z.boolean(),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    created_at: Time,
  })
  .meta({ id: "List" });

export const ListItem = z
  .object({ key: z.string(), fields: z.record(z.string(), z.unknown()) })
  .meta({ id: "ListItem" });

const Fields = z.array(z.string().max(500)).max(2_000);
const Item = z.object({ key: z.string().max(1_000), fields: z.record(z.string(), z.unknown()).default({}) });
export const ITEMS_MAX = 10_000;

/** A list of what a segment's members are now, or of these items. */
export const ListInput = z.union([
  z.strictObject({
    ...{
      name: Name,
      segment_id: z.string().max(100),
      fields: Fields.optional(),
      api_exposed: z.boolean().default(false),
    },
  }),
  z.strictObject({ name: Name, items: z.array(Item).max(ITEMS_MAX), api_exposed: z.boolean().default(false) }),
]);
