/**
 * Time zones by IANA name, from the platform's Intl data. Asking Intl takes microseconds, so offsets are cached
 * by week: a week either has one offset or one change, whose instant is found by halving.
 */
import { DAY_MS } from "./calendar.ts";

const WEEK_MS = 7 * DAY_MS;
const REACH_MS = 15 * 3_600_000;

interface Week {
  readonly before: number;
  /** The first instant of the later offset; Infinity where the week has just one. */
  readonly change: number;
  readonly after: number;
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly weeks: Map<number, Week>;
}

const zones = new Map<string, Zone>();

/** Whether the platform knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric" } as const;
    const format = new Intl.DateTimeFormat("en-US", {
      ...parts,
      minute: "numeric",
      second: "numeric",
      era: "short",
      hourCycle: "h23",
      timeZone: name,
    });
    zone = { format, weeks: new Map() };
    zones.set(name, zone);
  }
  return zone;
}

/** Milliseconds that the zone's wall clock is ahead of UTC at an instant. Throws RangeError on an unknown zone. */
export function zoneOffset(name: string, instant: number): number {
  if (name === "UTC") return 0;
  const week = weekOf(zoneOf(name), Math.floor(instant / WEEK_MS));
  return instant < week.change ? week.before : week.after;
}

function weekOf(zone: Zone, number: number): Week {
  let week = zone.weeks.get(number);
  if (week === undefined) {
    if (zone.weeks.size > 20_000) zone.weeks.clear();
    week = findWeek(zone, number * WEEK_MS, (number + 1) * WEEK_MS);
    zone.weeks.set(number, week);
  }
  return week;
}

function findWeek(zone: Zone, start: number, end: number): Week {
  const before = askOffset(zone.format, start);
  const after = askOffset(zone.format, end);
  if (before === after) return { before, change: Number.POSITIVE_INFINITY, after };
  let low = start;
  let high = end;
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (askOffset(zone.format, middle) === before) low = middle;
    else high = middle;
  }
  return { before, change: high, after };
}

function askOffset(format: Intl.DateTimeFormat, instant: number): number {
  const at = new Map(format.formatToParts(instant).map((part) => [part.type, part.value]));
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(at.get(type));
  const year = at.get("era") === "BC" ? 1 - read("year") : read("year");
  const wall = new Date(0);
  wall.setUTCFullYear(year, read("month") - 1, read("day"));
  wall.setUTCHours(read("hour"), read("minute"), read("second"));
  return wall.getTime() - Math.floor(instant / 1000) * 1000;
}

/**
 * The instant at which the zone's wall clock shows `local` (a wall clock read as if it were UTC).
 * Shown twice: the earlier one. Never shown (the clock was put forward): the first valid instant after.
 */
export function instantOfLocal(name: string, local: number): number {
  if (name === "UTC") return local;
  const early = local - zoneOffset(name, local - REACH_MS);
  const late = local - zoneOffset(name, local + REACH_MS);
  const shown = [Math.min(early, late), Math.max(early, late)].find((at) => at + zoneOffset(name, at) === local);
  return shown ?? changeBetween(name, Math.min(early, late), Math.max(early, late));
}

/** The instant between two at which the offset changes. */
function changeBetween(name: string, from: number, to: number): number {
  const zone = zoneOf(name);
  for (const at of [from, to]) {
    const { change } = weekOf(zone, Math.floor(at / WEEK_MS));
    if (change >= from && change <= to) return change;
  }
  return Math.ceil(to / WEEK_MS) * WEEK_MS;
}

/** The first instant of a local day (days since 1970-01-01) in the zone. */
export function startOfDay(name: string, days: number): number {
  return instantOfLocal(name, days * DAY_MS);
}

/** The local date of an instant, as days since 1970-01-01. */
export function localDay(name: string, instant: number): number {
  return Math.floor((instant + zoneOffset(name, instant)) / DAY_MS);
}
