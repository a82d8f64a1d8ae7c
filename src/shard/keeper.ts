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

  run(now: number): void {
    const { memberships, writer } = this.#parts;
    if (memberships.checkpointDue) this.#storage.transactionSync(() => memberships.checkpoint(writer.seq));
    this.#forgetOld(now - KEEP_LOG_MS);
    if (this.#parts.log.size() > KEEP_LOG_BYTES) this.#cut(() => this.#parts.log.halve());
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

  #forgetOld(before: number): void {
    const { rows, log, writer } = this.#parts;
    const oldest = log.oldestAt();
    if (oldest === null || oldest >= before - CUT_EVERY_MS || log.oldest() === writer.seq) return;
    this.#cut(() => {
      log.trim(before);
      // The newest entry stays however old it is, and the keys that it tells of.
      rows.forgetRemoved(Math.min(before, log.oldestAt() ?? before));
    });
  }

  /** What is still needed of the log is in checkpoints before it goes. */
  #cut(cut: () => void): void {
    const { segments, memberships, writer } = this.#parts;
    for (const { id, live_seq } of segments.all()) if (live_seq !== null) memberships.of(id);
    this.#storage.transactionSync(() => {
      memberships.checkpoint(writer.seq);
      segments.keepTimes();
      cut();
    });
  }
}
