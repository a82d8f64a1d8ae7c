/** Shapes that many routes share. */
import * as z from "zod";

export const Time = z.string().meta({ format: "date-time" });
export const Creator = z.object({ id: z.string(), email: z.string() }).nullable();
export const Name = z.string().trim().min(1).max(200);
export const Email = z.string().trim().pipe(z.email()).pipe(z.string().max(320));
export const FIELD_TYPES = ["text", "number", "boolean", "date", "datetime", "text_array"] as const;

const LIMIT = 100;
const LIMIT_MAX = 1000;

/** `?cursor&limit`. */
export const PageQuery = z.object({
  cursor: z.string().max(12_000).optional(),
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT),
});

/** `{data, next_cursor}`. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}
