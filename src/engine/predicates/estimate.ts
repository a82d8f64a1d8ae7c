/**
 * How many rows a predicate will find, before it is tried: exactly by the counts of a dictionary or by a chunk's
 * bounds, else by a sample of rows. Rows that no longer exist count, too.
 */
import type { Column } from "../columns/column.ts";
import type { ColumnStore } from "../columns/store.ts";
import { foldText } from "../values/fold.ts";
import type { TypedValue } from "../values/types.ts";
import { matcherFor } from "./index.ts";
import type { Matcher, ValueView } from "./matcher.ts";
import type { Predicate } from "./predicate.ts";
import { textSearch } from "./text.ts";

/** A window is first bound to a moment. */
type Bound = Exclude<Predicate, { kind: "window" }>;

const CHUNK_ROWS = 65_536;
const ENOUGH = 96;
const TRIES = 768;
/** No common factor with the rows of a chunk: each row is tried at most once. */
const STRIDE = 40_503;
/** Chunks that speak for all of a field. */
const CHUNKS = 4;

/** How many rows of the chunk the predicate finds, about. */
export function estimateChunk(column: Column, predicate: Bound): number {
  const { present, min, max } = column.stats;
  if (present === 0 || predicate.kind === "present") return present;
  if (predicate.kind === "spans" && min !== null && max !== null) {
    const { spans } = predicate;
    let touched = false;
    for (let i = 0; i < spans.length; i += 2) {
      const [low, high] = [spans[i] as number, spans[i + 1] as number];
      if (low <= min && high >= max) return present;
      touched ||= low <= max && high >= min;
    }
    if (!touched) return 0;
  }
  if (predicate.kind === "text" && column.family === "text" && column.countText) {
    return column.countText(textSearch(predicate));
  }
  return bySample(column, matcherFor(predicate), present);
}

/** How many rows of the field the predicate finds, about; null where none of its chunks is loaded. */
export function estimateField(store: ColumnStore, field: number, predicate: Bound): number | null {
  const step = Math.max(1, Math.floor(store.chunkCount / CHUNKS));
  let [found, looked] = [0, 0];
  for (let chunk = 0; chunk < store.chunkCount; chunk += step) {
    const column = store.column(field, chunk);
    if (column === undefined) continue;
    found += estimateChunk(column, predicate);
    looked += store.present.countChunk(chunk);
  }
  return looked === 0 ? null : Math.min(store.rowCount, Math.round((found / looked) * store.rowCount));
}

function bySample(column: Column, matcher: Matcher, present: number): number {
  let [seen, hits] = [0, 0];
  // A chunk that is not full has its rows at its beginning.
  const rows = Math.min(CHUNK_ROWS, 2 ** Math.ceil(Math.log2(present)));
  for (let i = 0; i < Math.min(TRIES, rows) && seen < ENOUGH; i++) {
    const value = column.get((i * STRIDE) & (rows - 1));
    if (value === null) continue;
    seen++;
    hits += Number(matcher.matchesValue(new Seen(value)));
  }
  // None in the sample: some, but fewer than one in it.
  return seen === 0 ? present / 2 : (Math.max(hits, 0.3) / seen) * present;
}

class Seen implements ValueView {
  readonly value: TypedValue;

  constructor(value: TypedValue) {
    this.value = value;
  }

  get folded(): string | readonly string[] {
    if (typeof this.value === "string") return foldText(this.value);
    return Array.isArray(this.value) ? this.value.map(foldText) : [];
  }
}
