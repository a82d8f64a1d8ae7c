/** Opaque cursors: a small JSON tuple in base64url. Their form is nobody's business but ours. */
import type * as z from "zod";
import { problem } from "./problems.ts";

export function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** What a cursor says, or null where none was given; 400 `invalid_cursor` for one that is not ours. */
export function decodeCursor<Schema extends z.ZodType>(
  cursor: string | undefined,
  schema: Schema,
  path = "cursor",
): z.output<Schema> | null {
  if (cursor === undefined) return null;
  const parsed = schema.safeParse(read(cursor));
  if (parsed.success) return parsed.data;
  const detail = "This cursor is not one of this list. Begin again without a cursor.";
  throw problem(400, "invalid_cursor", detail, { path });
}

function read(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
