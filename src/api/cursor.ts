/** Opaque cursors: a small JSON tuple in base64url. Their form is nobody's business but ours. */
import * as z from "zod";
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
  throw invalidCursor(path);
}

export function invalidCursor(path = "cursor") {
  const detail = "This cursor is not one of this list. Begin again without a cursor.";
  return problem(400, "invalid_cursor", detail, { path });
}

const AfterId = z.tuple([z.string()]);

/** For lists in the order of their ids: the last one seen, and one more than a page, to know whether there is another. */
export function idPage({ cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number }) {
  return { after: decodeCursor(cursor, AfterId)?.[0] ?? null, limit: limit + 1 };
}

/** What of the rows of an `idPage` is shown, and the cursor of the next page. */
export function shownOf<Row extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
): { shown: Row[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > shown.length ? shown.at(-1) : undefined;
  return { shown, next_cursor: last ? encodeCursor([last.id]) : null };
}

function read(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
