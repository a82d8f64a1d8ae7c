/**
 * Computes memberships in the background: of new segments, and again when a segment's query, its
 * fields' types or the time zone changed. Works on columns, a chunk at a time, and lets waiting messages
 * in between. Until it is done the old membership is served; then the difference is logged and the
 * new one takes its place, in one transaction. Nothing of a computation is stored but that it is due:
 * after a restart it begins again.
 */
import { Bitmap, type Query } from "../engine/index.ts";
import type { ObjectStorage } from "../platform/types.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Catalogue } from "./interface.ts";
import type { Flips, Log } from "./log.ts";
import type { Memberships } from "./memberships.ts";
import type { SegmentRow, Segments } from "./segments.ts";
import type { Writer } from "./writer.ts";
import { Slices } from "./yield.ts";

interface Parts {
  readonly segments: Segments;
  readonly memberships: Memberships;
  readonly evaluator: Evaluator;
  readonly log: Log;
  readonly writer: Writer;
}

export class Computer {
  readonly #storage: ObjectStorage;
  readonly #parts: Parts;
  readonly #done: (segments: string[]) => void;
  #running: Promise<void> | null = null;

  constructor(storage: ObjectStorage, parts: Parts, done: (segments: string[]) => void) {
    this.#storage = storage;
    this.#parts = parts;
    this.#done = done;
  }

  get waiting(): boolean {
    return this.#running !== null || this.#parts.segments.computing().length > 0;
  }

  /** Inside a transaction: takes a new catalogue. Answers the segments whose state changed. */
  plan(catalogue: Catalogue, now: number): string[] {
    const { segments, evaluator } = this.#parts;
    evaluator.setCatalogue(catalogue);
    const changed: string[] = [];
    const wanted = new Set(catalogue.segments.map((segment) => segment.id));
    for (const row of [...segments.all()]) if (!wanted.has(row.id)) this.#forget(row.id);
    for (const segment of catalogue.segments) {
      const signature = evaluator.signature(segment.id);
      const stored = segments.get(segment.id);
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

  /** Computes what is due, one segment after the other, oldest request first. */
  run(now: number): Promise<void> {
    this.#running ??= this.#runAll(now).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /**
   * Where there are no rows there is nothing to scan: what is due is live before the first row comes. Else
   * the first import of a dataset would make its live segments wait for a scan that races with the import.
   */
  runOverNothing(now: number): void {
    for (const row of this.#parts.segments.computing()) {
      const members = this.#parts.evaluator.begin(row.id);
      if (members) this.#finish(row, members, now);
    }
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

  async #runAll(now: number): Promise<void> {
    const slices = new Slices();
    for (let due = this.#parts.segments.computing(); due.length > 0; due = this.#parts.segments.computing()) {
      for (const row of due) await this.#compute(row, now, slices);
    }
  }

  async #compute(row: SegmentRow, now: number, slices: Slices): Promise<void> {
    const { evaluator } = this.#parts;
    const members = evaluator.begin(row.id);
    if (!members)
      return void this.#fail(row, "The segment's query does not fit the dataset's fields any more. Edit it.");
    for (;;) {
      await evaluator.loadNext(row.id, slices);
      if (!evaluator.isPending(row.id, members)) return;
      if (!evaluator.step(row.id, now)) break;
      await slices.next();
    }
    this.#finish(row, members, now);
  }

  #finish(row: SegmentRow, next: Bitmap, now: number): void {
    const { segments, memberships, log, writer, evaluator } = this.#parts;
    const current = segments.get(row.id) ?? row;
    const entries = row.live_seq === null ? [NOBODY] : [...difference(memberships.of(row.id), next)];
    const seq = writer.seq + entries.length;
    this.#storage.transactionSync(() => {
      for (const [index, flips] of entries.entries()) {
        log.append(writer.seq + 1 + index, now, NO_ROWS, new Map([[row.id, flips]]));
      }
      memberships.store(row.id, next, seq);
      segments.put({
        ...{ ...current, status: "live", live_seq: row.live_seq ?? seq, computed_at: now, error: null },
        served: JSON.stringify(evaluator.queryOf(row.id)),
      });
    });
    writer.advanced(seq);
    memberships.adopt(row.id, next);
    evaluator.abandon(row.id);
    evaluator.follow(row.id);
    this.#done([row.id]);
  }

  #fail(row: SegmentRow, error: string): void {
    this.#parts.segments.put({ ...row, status: "failed", error });
    this.#done([row.id]);
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
/** A page of deltas never splits an entry, and must fit into one answer on every host. */
const FLIPS_AN_ENTRY = 2_000;

/** Who leaves, then who enters, in entries of bounded size; at least one. */
function* difference(before: Bitmap, after: Bitmap): Generator<Flips, void, undefined> {
  const left = [...Bitmap.andNot(before, after).rows()];
  const entered = [...Bitmap.andNot(after, before).rows()];
  for (let at = 0; at < left.length; at += FLIPS_AN_ENTRY) {
    yield { entered: [], left: left.slice(at, at + FLIPS_AN_ENTRY) };
  }
  for (let at = 0; at < entered.length; at += FLIPS_AN_ENTRY) {
    yield { entered: entered.slice(at, at + FLIPS_AN_ENTRY), left: [] };
  }
  if (left.length + entered.length === 0) yield NOBODY;
}
