/** What conditions on related records find: one record from its copies, many from a pass over all of them. */
import {
  type AggregateSpec,
  CHUNK_ROWS,
  type ClockUse,
  clockOf,
  clockUse,
  countWords,
  crossedSpans,
  type FieldType,
  type Moment,
  nextCrossing,
  passes,
  type RelatedCondition,
  scanResults,
  type TimeWindow,
  type TypedValue,
  typedValue,
  type Words,
  windowSpans,
} from "../../engine/index.ts";
import { rowsOf } from "../evaluate/row-marks.ts";
import type { Slices } from "../yield.ts";
import type { Copy } from "./copy.ts";
import type { RelatedColumns } from "./related-columns.ts";
import type { HasMany } from "./relation.ts";

/** A scan over so few rows reads their copies. */
const FEW_ROWS = 300;
/** What follows the clock in a way that no index tells is looked at so often. */
const LOOK_AGAIN_MS = 500;
const TODAY = { how: "period", period: "today", dated: true } as const;

export class RelatedAnswers {
  readonly #relation: (id: string) => HasMany;

  constructor(relation: (id: string) => HasMany) {
    this.#relation = relation;
  }

  value(spec: AggregateSpec, row: number, moment: Moment): TypedValue {
    return this.#relation(spec.relation).aggregate(spec, row, moment);
  }

  row(condition: RelatedCondition, row: number, moment: Moment): boolean {
    return passes(condition, this.value(condition.aggregate, row, moment), moment);
  }

  scan(condition: RelatedCondition, chunk: number, mask: Words, out: Words, moment: Moment): void {
    const relation = this.#relation(condition.aggregate.relation);
    const answer = relation.passes.answer(condition, moment);
    const known = answer ? undefined : relation.passes.get(condition.aggregate, moment);
    if (!answer && !known && countWords(mask) <= FEW_ROWS) {
      this.#oneByOne(condition, chunk, mask, out, moment);
      return;
    }
    let open = answer?.open;
    if (answer) answer.scan(chunk, mask, out);
    else {
      const pass = known ?? relation.passes.runNow(condition.aggregate, moment);
      scanResults(condition, pass.results, chunk, mask, out, moment);
      open = pass.open;
    }
    for (const row of !open || open.size === 0 ? [] : openIn(open, chunk, mask)) {
      putBit(out, row & 0xffff, this.row(condition, row, moment));
    }
    if (relation.anyExpected) {
      for (const row of rowsOf(chunk, mask)) {
        if (relation.isExpected(row)) putBit(out, row & 0xffff, this.row(condition, row, moment));
      }
    }
  }

  #oneByOne(condition: RelatedCondition, chunk: number, mask: Words, out: Words, moment: Moment): void {
    out.fill(0);
    for (const row of rowsOf(chunk, mask)) {
      if (this.row(condition, row, moment)) putBit(out, row & 0xffff, true);
    }
  }

  async prepare(conditions: readonly RelatedCondition[], moment: Moment, slices: Slices): Promise<void> {
    const seen = new Set<string>();
    // Conditions on one aggregate together: it is kept while they are answered.
    for (const condition of [...conditions].sort((a, b) => (a.aggregate.key < b.aggregate.key ? -1 : 1))) {
      if (seen.has(condition.key)) continue;
      seen.add(condition.key);
      await this.#relation(condition.aggregate.relation).passes.prepare(condition, moment, slices);
    }
  }

  /** The records for which the clock alone may have changed the condition. */
  *crossed(condition: RelatedCondition, from: Moment, to: Moment): Generator<number, void, undefined> {
    const { columns } = this.#relation(condition.aggregate.relation);
    const { windows, use } = clocked(condition);
    const seen = new Set<number>();
    for (let chunk = 0; chunk < columns.store.chunkCount; chunk++) {
      columns.ensure(
        windows.map(({ field }) => field),
        chunk,
      );
      for (const row of this.#copiesCrossing(columns, chunk, windows, from, to, mayChange(use, from, to))) {
        const parent = columns.parentOf(row);
        if (parent < 0 || seen.has(parent)) continue;
        seen.add(parent);
        yield parent;
      }
    }
  }

  *#copiesCrossing(
    { store }: RelatedColumns,
    chunk: number,
    windows: readonly FieldWindow[],
    from: Moment,
    to: Moment,
    all: boolean,
  ): Generator<number, void, undefined> {
    if (all) yield* rowsOf(chunk, store.present.readWords(chunk));
    for (const { field, window } of windows) {
      const spans = crossedSpans(window, from, to);
      for (let i = 0; i < spans.length; i += 2) {
        const sorted = store.sorted(field, chunk);
        for (const index of sorted?.rowsBetween(spans[i] as number, spans[i + 1] as number) ?? []) {
          const row = chunk * CHUNK_ROWS + index;
          if (store.present.has(row)) yield row;
        }
      }
    }
  }

  /** The same instant for some copies alone: those that have just changed. */
  nextOf(condition: RelatedCondition, copies: readonly Copy[], moment: Moment): number | null {
    return next(condition, moment, (field, type, value) => {
      const values = copies.map(({ cells }) => typedValue({ type }, cells[field]) as number | null);
      return least(values.filter((own) => own !== null && own > value));
    });
  }

  /** The first instant after a moment at which the clock alone may change the condition for any record. */
  nextCrossing(condition: RelatedCondition, moment: Moment): number | null {
    const { columns } = this.#relation(condition.aggregate.relation);
    return next(condition, moment, (field, _type, value) => {
      const above: (number | null)[] = [];
      for (let chunk = 0; chunk < columns.store.chunkCount; chunk++) {
        columns.ensure([field], chunk);
        above.push(columns.store.nextAbove(field, chunk, value));
      }
      return least(above);
    });
  }
}

/** A window over a date of related records. */
interface FieldWindow {
  readonly field: number;
  readonly type: FieldType;
  readonly window: TimeWindow;
}

/** What of a condition follows the clock: windows over dates, and how the rest does. */
function clocked({ aggregate, predicate }: RelatedCondition): { windows: FieldWindow[]; use: ClockUse } {
  const windows: FieldWindow[] = [];
  const uses: ClockUse[] = [];
  for (const condition of aggregate.filter.conditions) {
    const own = condition.kind === "field" && condition.predicate.kind === "window" ? condition.predicate : null;
    if (own && condition.kind === "field") windows.push({ ...condition, window: own.window });
    else uses.push(clockUse(condition));
  }
  for (const one of [aggregate.of, aggregate.order_by]) if (one?.expr) uses.push(clockOf(one.expr));
  // A date that an aggregate yields is one of the records' own.
  if (predicate.kind === "window" && aggregate.of) {
    if (aggregate.of.expr) uses.push("instant");
    else windows.push({ ...aggregate.of, window: predicate.window });
  }
  const use = uses.includes("instant") ? "instant" : uses.includes("day") ? "day" : "none";
  return { windows, use };
}

/** `nextAbove`: the smallest value of a date field above another. */
function next(
  condition: RelatedCondition,
  moment: Moment,
  nextAbove: (field: number, type: FieldType, value: number) => number | null,
): number | null {
  const { windows, use } = clocked(condition);
  const instants = windows.map(({ field, type, window }) =>
    nextCrossing(window, moment, (value) => nextAbove(field, type, value)),
  );
  const others = use === "none" ? null : use === "day" ? midnightAfter(moment) : moment.now + LOOK_AGAIN_MS;
  return least([...instants, others]);
}

function least(values: readonly (number | null)[]): number | null {
  let found: number | null = null;
  for (const value of values) if (value !== null && (found === null || value < found)) found = value;
  return found;
}

function mayChange(use: ReturnType<typeof clockUse>, from: Moment, to: Moment): boolean {
  return use === "instant" || (use === "day" && midnightAfter(from) <= to.now);
}

function midnightAfter(moment: Moment): number {
  return windowSpans(TODAY, moment).until;
}

function* openIn(open: ReadonlySet<number>, chunk: number, mask: Words): Generator<number, void, undefined> {
  for (const row of open) {
    if (row >>> 16 === chunk && ((mask[(row & 0xffff) >>> 5] as number) >>> (row & 31)) & 1) yield row;
  }
}

function putBit(words: Words, index: number, value: boolean): void {
  const bit = 1 << (index & 31);
  const word = words[index >>> 5] as number;
  words[index >>> 5] = value ? word | bit : word & ~bit;
}
