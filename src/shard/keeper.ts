/**
 * What a shard keeps, and how long: memberships are checkpointed when much has flipped since the last
 * time; log and tombstones go after 14 days, once what is still needed of them is in a checkpoint.
 */
import type { ObjectStorage } from "../platform/types.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Log } from "./log.ts";
import type { Memberships } from "./memberships.ts";
import type { ColumnChunks } from "./rows/column-chunks.ts";
import type { Rows } from "./rows.ts";
import type { Segments } from "./segments.ts";
import type { Writer } from "./writer.ts";
import type { Slices } from "./yield.ts";

/** Above this the older half goes before its time: who follows that far behind reads a snapshot again. */
const KEEP_LOG_BYTES = 1_000_000_000;
/** Membership blocks that one alarm writes: they are written all the time, others do not wait for them for long. */
const BLOCKS_A_RUN = 400;
const KEEP_LOG_MS = 14 * 86_400_000;
/** The log is cut so often, not at every alarm: each cut writes checkpoints. */
const CUT_EVERY_MS = 3_600_000;

interface Parts {
  readonly rows: Rows;
  readonly chunks: ColumnChunks;
  readonly evaluator: Evaluator;
  readonly log: Log;
  readonly segments: Segments;
  readonly memberships: Memberships;
  readonly writer: Writer;
}

export class Keeper {
  readonly #storage: ObjectStorage;
  readonly #parts: Parts;

  constructor(storage: ObjectStorage, parts: Parts) {
    this.#storage = storage;
    this.#parts = parts;
  }

  async run(now: number, slices: Slices): Promise<void> {
    const { log, memberships } = this.#parts;
    if (log.isSortDue) {
      for (const step of log.sortFlips()) {
        this.#storage.transactionSync(step);
        await slices.next();
      }
    }
    await this.#checkpoint(memberships.due(BLOCKS_A_RUN), slices);
    const before = now - KEEP_LOG_MS;
    if (this.#holdsOlderThan(before)) await this.#cut(() => this.#forgetBefore(before), slices);
    if (log.size() > KEEP_LOG_BYTES) await this.#cut((seq) => log.halve(seq), slices);
  }

  /** Each segment by itself: everything else has its turn in between. */
  async #checkpoint(ids: readonly string[], slices: Slices): Promise<void> {
    const { memberships, segments, writer } = this.#parts;
    for (const id of ids) {
      if ((segments.get(id)?.live_seq ?? null) === null) continue; // gone meanwhile
      this.#storage.transactionSync(() => memberships.checkpoint(id, writer.seq));
      await slices.next();
    }
  }

  /**
   * Keeps the columns of chunks that no row will be added to any more, a column at a time, and forgets those of fields
   * that are gone. While an import runs, its rows come first.
   */
  async keepColumns(slices: Slices): Promise<void> {
    const { chunks, evaluator, writer } = this.#parts;
    if (writer.imports) return;
    const fields = evaluator.columns.storedFields();
    if (!chunks.isDue(fields)) return;
    chunks.forgetOthers(fields);
    for (const _ of chunks.keep(fields)) {
      await slices.next();
      if (writer.imports) return;
    }
  }

  #holdsOlderThan(before: number): boolean {
    const { log, writer } = this.#parts;
    const oldest = log.oldestAt();
    return oldest !== null && oldest < before - CUT_EVERY_MS && log.oldest() !== writer.seq;
  }

  #forgetBefore(before: number): void {
    const { rows, log } = this.#parts;
    log.trim(before);
    // The newest entry stays however old it is, and the keys that it tells of.
    rows.forgetRemoved(Math.min(before, log.oldestAt() ?? before));
  }

  /** What is needed of the log up to now is in checkpoints before it goes. */
  async #cut(cut: (upTo: number) => void, slices: Slices): Promise<void> {
    const { segments, writer } = this.#parts;
    const upTo = writer.seq;
    await this.#checkpoint(
      [...segments.all()].map(({ id }) => id),
      slices,
    );
    this.#storage.transactionSync(() => {
      segments.keepTimes();
      cut(upTo);
    });
  }
}
