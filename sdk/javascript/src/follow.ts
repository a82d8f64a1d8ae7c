/** One segment's members, for ever: all of them, then what changes. */
import { CuttyError } from "./error.ts";
import type { DeltasOptions, MembersCalls } from "./members.ts";
import { backoff, isWorthWaiting } from "./retry.ts";
import type { ExportedMember, Member } from "./shapes/member.ts";
import { sleep } from "./sleep.ts";

/** Where to go on after an item, kept by a program that ends: null within a snapshot, which has to be read to its end. */
interface Resumable {
  readonly cursor: string | null;
}

export type FollowItem =
  /** A page of all members. The `first` begins them anew, the last one is `complete`. */
  | ({
      readonly type: "snapshot";
      readonly members: readonly Member[];
      readonly first: boolean;
      readonly complete: boolean;
    } & Resumable)
  /** What changed, net; often nothing. `has_more`: the next page is asked for at once. `updated` is empty unless asked for. */
  | ({
      readonly type: "delta";
      readonly entered: readonly Member[];
      readonly left: readonly Pick<Member, "key">[];
      readonly updated: readonly ExportedMember[];
      readonly has_more: boolean;
    } & Resumable)
  /** The log does not reach back far enough: a snapshot comes next, and replaces everything before. */
  | ({ readonly type: "resync"; readonly error: CuttyError } & Resumable)
  /** Nothing is lost: the same call is made again after `waitMs`. */
  | ({ readonly type: "retrying"; readonly error: CuttyError; readonly waitMs: number } & Resumable);

export interface FollowOptions extends DeltasOptions {
  /** A `cursor` of an item before, a snapshot's `deltaCursor`, or a time. Without it a snapshot comes first. */
  readonly since?: string | Date | null;
  /** Between two calls once nothing more is waiting; 60,000 unless said, which takes 60 of the 100 calls an hour. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 60_000;

/** Where a follower stands: within a snapshot that began with the deltas `begun`, or at deltas since a cursor. */
type Place =
  | { readonly at: "snapshot"; readonly cursor?: string; readonly begun?: string }
  | { readonly at: "deltas"; readonly since: string };

const BEGINNING: Place = { at: "snapshot" };

/**
 * Ends when `signal` is aborted. Throws CuttyError for what waiting does not mend: 401, 403, 404, 422,
 * 400 `invalid_cursor`, 409 `segment_failed`.
 */
export async function* follow(
  calls: MembersCalls,
  { since, intervalMs = INTERVAL_MS, signal }: FollowOptions,
): AsyncGenerator<FollowItem, void, undefined> {
  let place = placeOf(since);
  let failed = 0;
  let hasResynced = false;
  try {
    while (!signal?.aborted) {
      const answer = await stepFrom(calls, place).catch(asError);
      if (!(answer instanceof CuttyError)) {
        failed = 0;
        if (answer.item.type === "delta") hasResynced = false;
        yield answer.item;
        place = answer.next;
        if (answer.isUpToDate) await sleep(intervalMs, signal);
      } else if (answer.code === "resync_required") {
        // Twice without a delta between: something keeps failing, and snapshots are dear.
        if (hasResynced) await sleep(intervalMs, signal);
        hasResynced = true;
        place = BEGINNING;
        yield { type: "resync", error: answer, cursor: null };
      } else {
        if (!isWorthWaiting(answer)) throw answer;
        const waitMs = (answer.retryAfter ?? 0) * 1000 + backoff(++failed, Math.random());
        yield { type: "retrying", error: answer, waitMs, cursor: place.at === "deltas" ? place.since : null };
        await sleep(waitMs, signal);
      }
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

function placeOf(since: FollowOptions["since"]): Place {
  if (since == null) return BEGINNING;
  return { at: "deltas", since: typeof since === "string" ? since : since.toISOString() };
}

function asError(error: unknown): CuttyError {
  if (error instanceof CuttyError) return error;
  throw error;
}

interface Step {
  readonly item: FollowItem;
  readonly next: Place;
  /** Nothing more is waiting. */
  readonly isUpToDate: boolean;
}

/** One call. */
async function stepFrom(calls: MembersCalls, place: Place): Promise<Step> {
  if (place.at === "deltas") {
    const { entered, left, updated = [], next_cursor, has_more } = await calls.deltas(place.since);
    const item = { type: "delta", entered, left, updated, has_more, cursor: next_cursor } as const;
    return { item, next: { at: "deltas", since: next_cursor }, isUpToDate: !has_more };
  }
  const { data: members, next_cursor, delta_cursor } = await calls.page(place.cursor);
  // The first page's: what changed while the others were read is told after them.
  const begun = place.begun ?? delta_cursor;
  const complete = next_cursor === null;
  const first = place.cursor === undefined;
  const item = { type: "snapshot", members, first, complete, cursor: complete ? begun : null } as const;
  const next: Place = complete ? { at: "deltas", since: begun } : { at: "snapshot", cursor: next_cursor, begun };
  return { item, next, isUpToDate: false };
}
