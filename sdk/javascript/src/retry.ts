/** Whether and when a call is made again. Pure. */
import type { CuttyError } from "./error.ts";

/** When a call may be made again: always, or only if the API refused it before it did anything. */
export type Repeat = "always" | "refused";

const FIRST_MS = 500;
const LONGEST_MS = 20_000;
/** Who has to wait longer is told so instead. */
const LONGEST_RETRY_AFTER_S = 60;
/** So that callers who were told the same second do not come together. */
const SPREAD_MS = 250;

/** Milliseconds until the next attempt after `failed` ones; null: there is none. `random` is in [0, 1). */
export function pauseBefore(error: CuttyError, failed: number, repeat: Repeat, random: number): number | null {
  if (!(repeat === "refused" ? error.status === 429 : isPassing(error))) return null;
  const asked = error.retryAfter;
  if (asked === null) return backoff(failed, random);
  return asked > LONGEST_RETRY_AFTER_S ? null : asked * 1000 + SPREAD_MS * random;
}

/** Doubles with each failure, and is somewhere in its upper half. */
export function backoff(failed: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failed - 1));
  return (longest / 2) * (1 + random);
}

/** The same call may well succeed in a moment. */
function isPassing({ code, status }: CuttyError): boolean {
  return code === "network_error" || code === "timeout" || code === "call_under_way" || PASSING.has(status);
}

const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Somebody who waits for ever need not give up: it passes by itself, though not at once. */
export function isWorthWaiting(error: CuttyError): boolean {
  return isPassing(error) || error.status >= 500 || error.code === "segment_computing";
}
