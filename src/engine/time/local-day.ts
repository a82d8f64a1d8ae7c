/**
 * Which day it is in a zone. A local day is what lies between the starts of two days, so that every instant is in
 * exactly one and days never go back: where a clock is put back across midnight (St John's before 2011), the repeated
 * hour belongs to the later day, though the wall shows the earlier date again.
 */
import { localDay, startOfDay } from "../values/zone.ts";

/** The local day of an instant, as days since 1970-01-01. */
export function dayOf(timeZone: string, instant: number): number {
  const day = localDay(timeZone, instant);
  return startOfDay(timeZone, day + 1) <= instant ? day + 1 : day;
}
