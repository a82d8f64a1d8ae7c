/**
 * Computes memberships in the background: of new segments, and again when a segment's query, its
 * fields' types or the time zone changed. Works on columns, a chunk at a time and many segments at once, and lets
 * waiting messages in between. Until it is done the old membership is served; then the difference is logged and the
 * new one takes its place, together with what follows for the segments that read it, in one transaction. Nothing of a
 * computation is stored but that it is due: after a restart it begins again.
 */
import { Bitmap, type Plan, type Query } from "../engine/index.ts";
import type { ObjectStorage } from "../platform/types.ts";
import type { Clock } from "./clock.ts";
import type { Computation, Entry } from "./evaluate/computations.ts";
import { boundedFlips } from "./evaluate/flip-map.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Catalogue } from "./interface.ts";
import type { Flips, Log } from "./log.ts";
import type { Memberships } from "./memberships.ts";
import type { SegmentRow, Segments } from "./segments.ts";
import type { Writer } from "./writer.ts";
import type { Slices } from "./yield.ts";

interface Parts {
  readonly segments: Segments;
  readonly memberships: Memberships;
  readonly evaluator: Evaluator;
  readonly log: Log;
  readonly writer: Writer;
  readonly clock: Clock;
  /** Whether the related records that a plan reads are here. Until then its segment is computing. */
  readonly isReady: (plan: Plan) => boolean;
}

/** The first ones are live at once; those after them are computed many at a time. */
const FIRST_GROUP = 1;
const LARGEST_GROUP = 128;

export class Computer {
  readonly #storage: ObjectStorage;
  readonly #parts: Parts;
  readonly #now: () => number;
  readonly #done: (segments: string[]) => void;
  #running: Promise<void> | null = null;

  constructor(storage: ObjectStorage, parts: Parts, now: () => number, done: (segments: string[]) => void) {
    this.#storage = storage;
    this.#parts = parts;
    this.#now = now;
    this.#done = done;
  }

  get waiting(): boolean {
    return this.#running !== null || this.#parts.segments.computing().length > 0;
  }

  /** Inside a transaction: takes a new catalogue. Answers the segments whose state changed. */
  plan(catalogue: Catalogue, now: number): string[] {
    const { segments, evaluator } = this.#parts;
    const schemaChanged = evaluator.setCatalogue(catalogue);
    const changed: string[] = [];
    const wanted = new Set(catalogue.segments.map((segment) => segment.id));
    for (const row of [...segments.all()]) if (!wanted.has(row.id)) this.#forget(row.id);
    for (const segment of catalogue.segments) {
      const stored = segments.get(segment.id);
      // Mostly one segment of many is edited: the others need no look at their plans.
      const isAsItWas =
        stored?.version === segment.version && stored.status === "live" && evaluator.follows(segment.id);
      if (isAsItWas && !schemaChanged) continue;
      const signature = evaluator.signature(segment.id);
      if (stored && stored.signature === signature && !savedAgain(stored, segment.version)) {
        if (stored.version !== segment.version) {
          segments.put({ ...stored, version: segment.version });
          changed.push(segment.id); // the feed compares the shards' versions
        }
        if (stored.status === "live") evaluator.follow(segment.id);
        else this.#goOn(stored);
        continue;
      }
      if (stored) this.#goOn(stored);
      segments.put(due(segment, signature, stored, now));
      evaluator.abandon(segment.id);
      changed.push(segment.id);
    }
    return changed;
  }

  /** A membership whose newer query is not computed yet, or will not be, follows the older one. */
  #goOn({ id, served }: SegmentRow): void {
    if (served !== null) this.#parts.evaluator.followOlder(id, JSON.parse(served) as Query);
  }

  /** Computes what is due, oldest request first. */
  run(slices: Slices): Promise<void> {
    this.#running ??= this.#runAll(slices).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /**
   * Where there are no rows there is nothing to scan: what is due is live before the first row comes. Else
   * the first import of a dataset would make its live segments wait for a scan that races with the import.
   */
  runOverNothing(): void {
    const ids = this.#parts.segments.computing().map(({ id }) => id);
    if (ids.length > 0) this.#finish(this.#begin(ids));
  }

  progress(id: string): number {
    return this.#parts.evaluator.progress(id);
  }

  cancel(id: string): void {
    const { segments, evaluator } = this.#parts;
    const row = segments.get(id);
    if (row?.status !== "computing") return;
    evaluator.abandon(id);
    segments.put({
      ...row,
      status: "cancelled",
      error: "The computation was cancelled. Save the segment again to compute it.",
    });
    this.#done([id]);
  }

  async #runAll(slices: Slices): Promise<void> {
    let size = FIRST_GROUP;
    for (let due = this.#due(); due.length > 0; due = this.#due()) {
      await this.#compute(
        due.slice(0, size).map(({ id }) => id),
        slices,
      );
      size = Math.min(LARGEST_GROUP, size * 4);
    }
  }

  #due(): SegmentRow[] {
    const { segments, evaluator, isReady } = this.#parts;
    return segments.computing().filter(({ id }) => {
      const query = evaluator.queryOf(id);
      const plan = query && evaluator.compile(query);
      return !plan?.ok || isReady(plan.value);
    });
  }

  async #compute(ids: readonly string[], slices: Slices): Promise<void> {
    const { evaluator } = this.#parts;
    const computation = this.#begin(ids);
    try {
      const plans = computation.entries.map(({ plan }) => plan);
      await evaluator.prepare(plans, computation.moment.now, slices);
      await computation.scan(slices);
      await evaluator.prepare(plans, this.#now(), slices);
    } catch (error) {
      evaluator.end();
      throw error;
    }
    this.#finish(computation);
  }

  #begin(ids: readonly string[]): Computation {
    const { computation, unfit } = this.#parts.evaluator.begin(ids, this.#now());
    for (const id of unfit) this.#fail(id, "The segment's query does not fit the dataset's fields any more. Edit it.");
    return computation;
  }

  /** In one transaction the memberships of all are the new ones. */
  #finish(computation: Computation): void {
    const { evaluator, memberships, clock } = this.#parts;
    const now = this.#now();
    const { entries } = computation;
    // What crossed a window's border since the scan began is judged again, as of the moment of all other memberships.
    const judged = clock.momentFor(now);
    const plans = entries.map(({ plan }) => plan);
    computation.mark(clock.crossedSince(plans, computation.moment, judged));
    computation.settle(evaluator.moment(judged));
    evaluator.end();
    if (entries.length === 0) return;
    const seq = this.#storage.transactionSync(() => {
      const seq = this.#log(entries, now);
      for (const entry of entries) this.#store(entry, seq, now);
      clock.began(entries, now);
      return seq;
    });
    this.#parts.writer.advanced(seq);
    for (const { id, members, due } of entries) {
      memberships.adopt(id, members);
      if (due) evaluator.follow(id);
    }
    clock.changed();
    this.#done(entries.map(({ id }) => id));
  }

  /** Logs who entered and left; the position after it. A first membership is one entry without anybody. */
  #log(entries: readonly Entry[], now: number): number {
    const { segments, memberships, log, writer } = this.#parts;
    let seq = writer.seq;
    for (const { id, members } of entries) {
      const isFirst = (segments.get(id)?.live_seq ?? null) === null;
      const flips = isFirst ? [] : [...boundedFlips(difference(memberships.of(id), members))];
      for (const part of flips.length > 0 ? flips : [NOBODY]) log.append(++seq, now, NO_ROWS, new Map([[id, part]]));
    }
    return seq;
  }

  #store({ id, members, due }: Entry, seq: number, now: number): void {
    const { segments, memberships, evaluator, writer } = this.#parts;
    memberships.store(id, members, seq);
    const row = segments.get(id);
    if (!row) return;
    // Before the first row the membership was known from the very beginning.
    const live_seq = row.live_seq ?? (writer.lastRow < 0 ? 0 : seq);
    const computed = { ...row, live_seq, computed_at: now };
    // Somebody that only followed keeps its state and the query that it follows.
    if (!due) segments.put(computed);
    else segments.put({ ...computed, status: "live", error: null, served: JSON.stringify(evaluator.queryOf(id)) });
  }

  #fail(id: string, error: string): void {
    const row = this.#parts.segments.get(id);
    if (!row) return;
    this.#parts.segments.put({ ...row, status: "failed", error });
    this.#done([id]);
  }

  #forget(id: string): void {
    const { segments, memberships, log, evaluator } = this.#parts;
    segments.remove(id);
    memberships.remove(id);
    log.forget(id);
    evaluator.forget(id);
  }
}

/** A segment whose computation was cancelled or failed is computed when it is saved again. */
function savedAgain(stored: SegmentRow, version: number): boolean {
  return stored.version !== version && (stored.status === "cancelled" || stored.status === "failed");
}

function due(
  segment: { id: string; version: number },
  signature: string,
  stored: SegmentRow | undefined,
  now: number,
): SegmentRow {
  return {
    id: segment.id,
    version: segment.version,
    signature,
    status: "computing",
    live_seq: stored?.live_seq ?? null,
    computed_at: stored?.computed_at ?? now,
    error: null,
    served: stored?.served ?? null,
  };
}

const NOBODY: Flips = { entered: [], left: [] };
const NO_ROWS = { added: [], updated: [], removed: [] };

function difference(before: Bitmap, after: Bitmap): Flips {
  return { left: [...Bitmap.andNot(before, after).rows()], entered: [...Bitmap.andNot(after, before).rows()] };
}
