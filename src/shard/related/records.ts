/** What conditions on related records find: one record from its copies, many from a pass over all of them. */
import {
  type AggregateSpec,
  CHUNK_WORDS,
  clockUse,
  countWords,
  crossedSpans,
  emptyWords,
  type FieldType,
  type Moment,
  nextCrossing,
  passes,
  type RelatedCondition,
  scanResults,
  type TypedValue,
  typedValue,
  type Words,
  windowSpans,
} from "../../engine/index.ts";
import { rowsOf } from "../evaluate/row-marks.ts";
import type { Slices } from "../yield.ts";
import type { Copy } from "./related-rows.ts";
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

  /** The same instant for some copies alone: those that have just changed. */
  nextOf({ aggregate }: RelatedCondition, copies: readonly Copy[], moment: Moment): number | null {
    return this.#next(aggregate, moment, (field, type, value) => {
      const values = copies.map(({ cells }) => typedValue({ type }, cells[field]) as number | null);
      return least(values.filter((own) => own !== null && own > value));
    });
  }

  /** The first instant after a moment at which the clock alone may change the condition for any record. */
  nextCrossing({ aggregate }: RelatedCondition, moment: Moment): number | null {
    const { columns } = this.#relation(aggregate.relation);
    return this.#next(aggregate, moment, (field, _type, value) => {
      const above: (number | null)[] = [];
      for (let chunk = 0; chunk < columns.store.chunkCount; chunk++) {
        columns.ensure([field], chunk);
        above.push(columns.store.nextAbove(field, chunk, value));
      }
      return least(above);
    });
  }

  /** `nextAbove`: the smallest value of a date field above another. */
  #next(
    { filter }: AggregateSpec,
    moment: Moment,
    nextAbove: (field: number, type: FieldType, value: number) => number | null,
  ): number | null {
    const instants = filter.conditions.map((condition) => {
      if (condition.kind === "field" && condition.predicate.kind === "window") {
        const { field, type } = condition;
        return nextCrossing(condition.predicate.window, moment, (value) => nextAbove(field, type, value));
      }
      const use = clockUse(condition);
      if (use === "none") return null;
      return use === "day" ? midnightAfter(moment) : moment.now + LOOK_AGAIN_MS;
    });
    return least(instants);
  }
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
