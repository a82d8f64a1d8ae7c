/** What conditions on related records find: one record from its copies, many from a pass over all of them. */
import {
  type AggregateSpec,
  CHUNK_WORDS,
  clockUse,
  countWords,
  crossedSpans,
  emptyWords,
  type Moment,
  nextCrossing,
  passes,
  type RelatedCondition,
  scanResults,
  type TypedValue,
  type Words,
  windowSpans,
} from "../../engine/index.ts";
import { rowsOf } from "../evaluate/row-marks.ts";
import type { Slices } from "../yield.ts";
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
    const known = relation.passes.get(condition.aggregate, moment);
    if (!known && countWords(mask) <= FEW_ROWS) {
      this.#oneByOne(condition, chunk, mask, out, moment);
      return;
    }
    const { results, open } = known ?? relation.passes.runNow(condition.aggregate, moment);
    scanResults(condition, results, chunk, mask, out, moment);
    for (const row of open.size === 0 ? [] : openIn(open, chunk, mask)) {
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
    for (const { aggregate } of conditions) {
      if (seen.has(aggregate.key)) continue;
      seen.add(aggregate.key);
      await this.#relation(aggregate.relation).passes.prepare(aggregate, moment, slices);
    }
  }

  /** The records for which the clock alone may have changed the condition. */
  *crossed({ aggregate }: RelatedCondition, from: Moment, to: Moment): Generator<number, void, undefined> {
    const { columns } = this.#relation(aggregate.relation);
    const seen = new Set<number>();
    const found = emptyWords();
    const any = emptyWords();
    for (let chunk = 0; chunk < columns.store.chunkCount; chunk++) {
      any.fill(0);
      columns.ensure(aggregate.filter.fields, chunk);
      const present = columns.store.present.readWords(chunk);
      for (const condition of aggregate.filter.conditions) {
        if (condition.kind === "field" && condition.predicate.kind === "window") {
          const spans = crossedSpans(condition.predicate.window, from, to);
          const column = columns.store.column(condition.field, chunk);
          if (spans.length === 0 || column?.family !== "number") continue;
          column.scanSpans(spans, present, found);
          for (let i = 0; i < CHUNK_WORDS; i++) (any[i] as number) |= found[i] as number;
        } else if (mayChange(clockUse(condition), from, to)) any.set(present);
      }
      for (const row of rowsOf(chunk, any)) {
        const parent = columns.parentOf(row);
        if (parent < 0 || seen.has(parent)) continue;
        seen.add(parent);
        yield parent;
      }
    }
  }

  /** The first instant after a moment at which the clock alone may change the condition for any record. */
  nextCrossing({ aggregate }: RelatedCondition, moment: Moment): number | null {
    const { columns } = this.#relation(aggregate.relation);
    let least: number | null = null;
    const take = (at: number | null) => {
      if (at !== null && (least === null || at < least)) least = at;
    };
    for (const condition of aggregate.filter.conditions) {
      if (condition.kind === "field" && condition.predicate.kind === "window") {
        const { field } = condition;
        take(
          nextCrossing(condition.predicate.window, moment, (value) => {
            let above: number | null = null;
            for (let chunk = 0; chunk < columns.store.chunkCount; chunk++) {
              columns.ensure([field], chunk);
              const own = columns.store.nextAbove(field, chunk, value);
              if (own !== null && (above === null || own < above)) above = own;
            }
            return above;
          }),
        );
        continue;
      }
      const use = clockUse(condition);
      if (use === "day") take(midnightAfter(moment));
      if (use === "instant") take(moment.now + LOOK_AGAIN_MS);
    }
    return least;
  }
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
