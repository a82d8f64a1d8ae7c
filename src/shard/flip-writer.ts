/** Writes membership changes that no write of a row brought about: time passed, or what records refer to moved. */
import type { ObjectStorage } from "../platform/types.ts";
import { boundedFlips, type FlipMap } from "./evaluate/flip-map.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Flips, Log } from "./log.ts";
import type { Segments } from "./segments.ts";
import type { Writer } from "./writer.ts";

interface Parts {
  readonly log: Log;
  readonly segments: Segments;
  readonly evaluator: Evaluator;
  readonly writer: Writer;
}

export class FlipWriter {
  readonly #storage: ObjectStorage;
  readonly #parts: Parts;
  readonly #changed: (flips: FlipMap) => void;

  /** Inside the transaction, after what was judged at `now`. */
  judged: (now: number) => void = () => {};

  /** `changed` is told after the commit. */
  constructor(storage: ObjectStorage, parts: Parts, changed: (flips: FlipMap) => void) {
    this.#storage = storage;
    this.#parts = parts;
    this.#changed = changed;
  }

  /**
   * `rows`: all that were looked at, flipped or not; a computation under way looks at them again. `also` is written in
   * the same transaction.
   */
  write(flips: FlipMap, rows: Iterable<number>, now: number, also: () => void = () => {}): void {
    const { log, segments, evaluator, writer } = this.#parts;
    let { seq } = writer;
    this.#storage.transactionSync(() => {
      for (const entry of entriesOf(flips)) log.append(++seq, now, NO_ROWS, entry);
      this.judged(now);
      also();
    });
    writer.advanced(seq);
    evaluator.patchFlips(flips, rows);
    for (const id of flips.keys()) segments.touch(id, now);
    if (flips.size > 0) this.#changed(flips);
  }
}

const NO_ROWS = { added: [], updated: [], removed: [] };

/** Entries of bounded size, each with a part of every segment's flips. */
function entriesOf(flips: FlipMap): ReadonlyMap<string, Flips>[] {
  const entries: Map<string, Flips>[] = [];
  for (const [id, all] of flips) {
    for (const [index, part] of [...boundedFlips(all)].entries()) {
      const entry = entries[index] ?? new Map<string, Flips>();
      entries[index] = entry;
      entry.set(id, part);
    }
  }
  return entries;
}
