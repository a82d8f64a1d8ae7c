/** What a sync does next, when it wakes and what it says of itself: pure functions of its facts. */
import type { SyncState } from "../../interface.ts";
import type { SyncRow } from "./sync-row.ts";

export interface Facts {
  readonly now: number;
  readonly row: SyncRow;
  /** Changes of identifiers that are not settled yet. */
  readonly waiting: number;
  /** When the first identifier that the platform refused is tried again. */
  readonly refused_until: number | null;
  /** Shards are being read and are not at their end yet. */
  readonly mid_pass: boolean;
  /** Changes were found since the audience last equalled the segment. */
  readonly run_open: boolean;
  readonly batch_limit: number;
}

export type Step = "read" | "sweep" | "send" | "requeue" | "withdraw" | "rest";

/** Above this nothing more is read until some is sent, so that a platform that is down costs no memory. */
export const HIGH_WATER = 20_000;
/** Changes are looked for so often even when nobody says that there are any. */
export const LOOK_EVERY_MS = 60_000;

/** A sync that is paused or has failed looks so often whether it still exists. */
const LOOK_WHEN_HALTED_MS = 600_000;

export function nextStep(facts: Facts): Step {
  const { now, row, waiting } = facts;
  if (row.ending_since !== null) return now >= row.send_not_before ? "withdraw" : "rest";
  if (halted(row)) return "rest";
  if (facts.refused_until !== null && facts.refused_until <= now) return "requeue";
  const maySend = waiting > 0 && now >= row.send_not_before;
  if (maySend && (waiting >= facts.batch_limit || !facts.mid_pass)) return "send";
  if (mayRead(facts)) return row.phase === "sweep" ? "sweep" : "read";
  return maySend ? "send" : "rest";
}

/** When there is something to do again, epoch milliseconds; null when only a message can change that. */
export function wakeAt(facts: Facts): number | null {
  const { row, waiting } = facts;
  if (row.ending_since !== null) return row.send_not_before;
  if (row.config === null) return null;
  if (halted(row)) return facts.now + LOOK_WHEN_HALTED_MS;
  const times: number[] = [];
  if (waiting > 0) times.push(row.send_not_before);
  if (waiting < HIGH_WATER) times.push(Math.max(row.look_at, row.read_not_before));
  if (facts.refused_until !== null) times.push(facts.refused_until);
  return times.length === 0 ? null : Math.min(...times);
}

export function publicState(facts: Facts): SyncState {
  const { now, row, waiting } = facts;
  const status = statusOf(facts);
  const troubled = status === "retrying" || status === "failed";
  return {
    status,
    audience_size: row.held,
    waiting,
    last_synced_at: row.last_synced_at,
    next_attempt_at: status === "retrying" ? nextAttempt(now, row) : null,
    error: troubled && row.error_code ? { code: row.error_code, detail: row.error_detail ?? "" } : null,
  };
}

/** Between two pages of one pass nothing waits, and yet the audience is not exact: the open run tells. */
function statusOf({ now, row, waiting, run_open }: Facts): SyncState["status"] {
  if (row.failed) return "failed";
  if (row.paused) return "paused";
  if (nextAttempt(now, row) !== null) return "retrying";
  if (row.last_synced_at === null) return "starting";
  return waiting > 0 || run_open || row.phase !== "deltas" ? "syncing" : "in_sync";
}

function nextAttempt(now: number, row: SyncRow): number | null {
  const times: number[] = [];
  if (row.send_attempt > 0) times.push(row.send_not_before);
  if (row.read_attempt > 0) times.push(row.read_not_before);
  return times.length === 0 ? null : Math.max(now, Math.min(...times));
}

function halted(row: SyncRow): boolean {
  return row.paused || row.failed || row.config === null;
}

function mayRead({ now, row, waiting }: Facts): boolean {
  return row.look_at <= now && row.read_not_before <= now && waiting < HIGH_WATER;
}

/** The audience is not emptied by a new snapshot alone: from this many identifiers on, and above this share. */
const BRAKE_ABOVE = 100;
const BRAKE_SHARE = 0.5;

/** Whether a person must agree before a new snapshot removes `leaving` of `held` identifiers. */
export function needsConfirmation(leaving: number, held: number): boolean {
  return held > BRAKE_ABOVE && leaving > held * BRAKE_SHARE;
}

const REFUSED_TRIES = 5;
const REFUSED_FIRST_MS = 60_000;
const REFUSED_MAX_MS = 6 * 3_600_000;

/**
 * When an identifier that the platform refused is tried again. An add is given up after five tries, until its
 * record changes or the sync is resumed; a removal never is.
 */
export function retryRefused(action: "add" | "remove", tries: number, now: number): number | null {
  if (action === "add" && tries >= REFUSED_TRIES) return null;
  return now + Math.min(REFUSED_MAX_MS, REFUSED_FIRST_MS * 4 ** (Math.min(tries, 10) - 1));
}
