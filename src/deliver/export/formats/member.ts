import type { Cell } from "../../../engine/index.ts";
import type { ExportColumns, ExportRow } from "./format.ts";

/** A member as answers have it. */
export function memberOf({ fields }: ExportColumns, { key, values }: ExportRow) {
  const named: Record<string, Cell> = {};
  for (const [at, { name }] of fields.entries()) named[name] = values[at] ?? null;
  return { key, fields: named };
}
