/** What a literal stands for when it is evaluated. */
import { parseIsoDateTime } from "../../values/date-time.ts";
import { instantOfLocal } from "../../values/zone.ts";
import type { Literal } from "../expr.ts";

/** Epoch milliseconds of a datetime literal; null where it is empty. */
export function literalInstant({ value }: Literal, timeZone: string): number | null {
  if (typeof value !== "string") return value as number | null;
  const parts = parseIsoDateTime(value);
  return parts === null ? null : instantOfLocal(timeZone, parts.local);
}
