/**
 * Which records may enter or leave a segment between two moments by the clock alone, and when the next one may. Own and
 * looked-up dates are found through their sorted columns; related ones through theirs; what a formula makes of
 * the clock changes at midnights, or at the instants that its rows name.
 */
import {
  CHUNK_ROWS,
  type Condition,
  clockUse,
  crossedSpans,
  type Expr,
  type FieldType,
  firstAbove,
  flipSources,
  isLookupField,
  literalInstant,
  type Moment,
  nextCrossing,
  nextFlipInChunk,
  type TimeWindow,
  typedValue,
  windowSpans,
} from "../../engine/index.ts";
import type { Slices } from "../yield.ts";
import type { RelatedRecords } from "./around.ts";
import type { ChangedRow } from "./judge.ts";
import type { ShardColumns } from "./shard-columns.ts";

/** A condition that follows the clock. */
export interface Clocked {
  readonly condition: Exclude<Condition, { kind: "segment" }>;
  readonly use: "day" | "instant";
}

export function clockedConditions(conditions: readonly Condition[]): Clocked[] {
  return conditions.flatMap((condition) => {
    const use = clockUse(condition);
    return condition.kind === "segment" || use === "none" ? [] : [{ condition, use }];
  });
}

/** What follows the clock in a way that no index tells is looked at so often. */
const LOOK_AGAIN_MS = 500;
const TODAY = { how: "period", period: "today", dated: true } as const;

export class Crossings {
  readonly #columns: ShardColumns;
  readonly #related: () => RelatedRecords | null;

  constructor(columns: ShardColumns, related: () => RelatedRecords | null) {
    this.#columns = columns;
    this.#related = related;
  }

  /** Loads the columns that will be asked, a few rows at a time; what is dropped since is built when it is asked. */
  async ready(clocked: readonly Clocked[], slices: Slices): Promise<void> {
    const fields = clocked.flatMap(({ condition }) => {
      if (condition.kind === "field") return [condition.field];
      return condition.kind === "formula" ? flipSources(condition.expr).fields : [];
    });
    if (fields.length === 0) return;
    for (let chunk = 0; chunk < this.#columns.chunkCount; chunk++) {
      await this.#columns.load([...new Set(fields)], chunk, slices);
      await slices.next();
    }
  }

  /** The rows for which the condition may have another answer at `to` than at `from`. */
  *rows({ condition, use }: Clocked, from: Moment, to: Moment): Generator<number, void, undefined> {
    if (condition.kind === "related") {
      yield* this.#related()?.crossed(condition, from, to) ?? [];
    } else if (condition.kind === "field" && condition.predicate.kind === "window") {
      const { window } = condition.predicate;
      yield* this.#valuesIn(condition.field, nameOf(window), crossedSpans(window, from, to));
    } else if (condition.kind === "formula" && use === "instant" && condition.predicate.kind !== "window") {
      yield* this.#formulaRows(condition.expr, from, to);
    } else if (use === "instant" || midnightAfter(from) <= to.now) {
      yield* this.#columns.store.present.rows();
    }
  }

  /** Those whose own dates lie between the moments; all where what is fixed does, or a midnight. */
  *#formulaRows(expr: Expr, from: Moment, to: Moment): Generator<number, void, undefined> {
    const { fields, literals } = flipSources(expr);
    const fixed = literals.map((one) => literalInstant(one, to.timeZone));
    if (midnightAfter(from) <= to.now || fixed.some((at) => at !== null && at >= from.now && at <= to.now)) {
      yield* this.#columns.store.present.rows();
    } else for (const field of fields) yield* this.#valuesIn(field, "now", [from.now, to.now]);
  }

  /** The rows whose value lies within one of the spans; `name`: of what the spans are, as they move on with time. */
  *#valuesIn(field: number, name: string, spans: readonly number[]): Generator<number, void, undefined> {
    const { present } = this.#columns.store;
    for (let i = 0; i < spans.length; i += 2) {
      const [from, to] = [spans[i] as number, spans[i + 1] as number];
      const border = this.#columns.heads.border(field, `${name} span ${i}`);
      for (let chunk = 0; chunk < this.#columns.chunkCount; chunk++) {
        if (border.above(chunk, from - 1, this.#find(field)) > to) continue;
        for (const index of this.#columns.sorted(field, chunk)?.rowsBetween(from, to) ?? []) {
          const row = chunk * CHUNK_ROWS + index;
          if (present.has(row)) yield row;
        }
      }
    }
  }

  #find(field: number) {
    return (chunk: number, value: number) => this.#columns.nextAbove(field, chunk, value);
  }

  /** The first instant after a moment at which one of them may change; null: never. */
  next(clocked: readonly Clocked[], moment: Moment): number | null {
    const instants = clocked.flatMap((one) => this.#next(one, moment) ?? []);
    return instants.length === 0 ? null : Math.min(...instants);
  }

  #next({ condition, use }: Clocked, moment: Moment): number | null {
    if (condition.kind === "related") return this.#related()?.nextCrossing(condition, moment) ?? null;
    if (condition.kind === "field" && condition.predicate.kind === "window") {
      const { window } = condition.predicate;
      let borders = 0;
      return nextCrossing(window, moment, (value) => {
        return this.#nextAbove(condition.field, `${nameOf(window)} border ${borders++}`, value);
      });
    }
    if (use === "day") return midnightAfter(moment);
    if (condition.kind !== "formula" || condition.predicate.kind === "window") return moment.now + LOOK_AGAIN_MS;
    return Math.min(midnightAfter(moment), this.#nextOfFormula(condition.expr, moment));
  }

  #nextOfFormula(expr: Expr, moment: Moment): number {
    const { store } = this.#columns;
    let least = Number.POSITIVE_INFINITY;
    for (let chunk = 0; chunk < store.chunkCount; chunk++) {
      const columnOf = (field: number) => this.#columns.column(field, chunk);
      const next = nextFlipInChunk(expr, columnOf, store.present.readWords(chunk), moment);
      if (next !== null && next < least) least = next;
    }
    return least;
  }

  #nextAbove(field: number, name: string, value: number): number | null {
    const border = this.#columns.heads.border(field, name);
    const find = this.#find(field);
    let least = Number.POSITIVE_INFINITY;
    for (let chunk = 0; chunk < this.#columns.chunkCount; chunk++) {
      least = Math.min(least, border.above(chunk, value, find));
    }
    return least === Number.POSITIVE_INFINITY ? null : least;
  }

  /** The first instant at which the clock may move one of these rows, as they are now; undefined where that is not known. */
  nextOfRows(clocked: readonly Clocked[], rows: readonly ChangedRow[], moment: Moment): number | null | undefined {
    const values = new Map<number, Float64Array>();
    let least: number | null = null;
    for (const { condition, use } of clocked) {
      if (condition.kind === "related") continue; // its own records' changes tell
      if (condition.kind !== "field" || condition.predicate.kind !== "window") {
        if (use === "instant") return undefined;
        continue; // midnight is known
      }
      const own = values.get(condition.field) ?? this.#changedValues(condition, rows);
      values.set(condition.field, own);
      if (own.length === 0) continue;
      const at = nextCrossing(condition.predicate.window, moment, (value) => firstAbove(own, value));
      if (at !== null && (least === null || at < least)) least = at;
    }
    return least;
  }

  /** The values that these rows have in a field that may have changed, ascending. */
  #changedValues(
    { field, type }: { readonly field: number; readonly type: FieldType },
    rows: readonly ChangedRow[],
  ): Float64Array {
    const found: number[] = [];
    for (const { cells, changed } of rows) {
      if (changed !== null && !changed.has(field) && !isLookupField(field)) continue;
      const value = typedValue({ type }, this.#columns.cell(field, cells));
      if (typeof value === "number") found.push(value);
    }
    return Float64Array.from(found).sort();
  }
}

const names = new WeakMap<TimeWindow, string>();

/** The same for windows that are the same. */
function nameOf(window: TimeWindow): string {
  const name = names.get(window) ?? JSON.stringify(window);
  names.set(window, name);
  return name;
}

function midnightAfter(moment: Moment): number {
  return windowSpans(TODAY, moment).until;
}
