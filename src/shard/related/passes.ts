/**
 * Aggregates of one relation for every record of the shard, kept while they are asked for. A pass takes place in
 * slices; records whose copies change while it runs, or afterwards, are `open`: they are folded one by one, when they
 * are asked for or, before a scan, all at once. Nothing is patched by plus and minus.
 */
import {
  type Accumulator,
  type AggregateSpec,
  accumulatorFor,
  anyAccumulator,
  boundPredicate,
  clockKey,
  emptyWords,
  evaluateChunk,
  fieldsRead,
  type Moment,
  overNothing,
  passes,
  type RelatedCondition,
  type Results,
  type Surroundings,
  scanResults,
  type TypedValue,
} from "../../engine/index.ts";
import type { Slices } from "../yield.ts";
import { ConditionBits } from "./condition-bits.ts";
import { MEMBERS } from "./copy.ts";
import type { RelatedColumns } from "./related-columns.ts";

/** So many aggregates are kept for each relation, those asked for last, and fewer where there are many records. */
const KEPT = 4;
const KEPT_BYTES = 16_000_000;
/** And so many answers: they take a bit a record, where an aggregate takes eight bytes. */
const ANSWERS_KEPT = 512;
/** With more open records than this a pass is made again, not mended. */
const OPEN_SHARE = 0.05;
const OPEN_LEAST = 2_000;
/** Records folded between two looks at the clock. */
const FOLDS_A_STEP = 20;

export interface Pass {
  results: Results;
  readonly open: Set<number>;
}

export class Passes {
  readonly #columns: RelatedColumns;
  readonly #around: Surroundings;
  readonly #rowCount: () => number;
  readonly #fold: (spec: AggregateSpec, row: number, moment: Moment) => TypedValue;
  readonly #kept = new Map<string, Pass>();
  readonly #answers = new Map<string, ConditionBits>();
  /** Under way: what changes meanwhile is noted in their open records. */
  readonly #running = new Map<string, { readonly open: Set<number>; readonly done: Promise<void> }>();

  /** `rowCount`: how many row numbers records have. `fold`: one record's aggregate, from its copies. */
  constructor(
    columns: RelatedColumns,
    around: Surroundings,
    rowCount: () => number,
    fold: (spec: AggregateSpec, row: number, moment: Moment) => TypedValue,
  ) {
    this.#columns = columns;
    this.#around = around;
    this.#rowCount = rowCount;
    this.#fold = fold;
  }

  /** After the transaction: the copies of these records changed. */
  touched(parents: Iterable<number>): void {
    const all = [...this.#kept.values(), ...this.#answers.values(), ...this.#running.values()];
    if (all.length === 0) return;
    for (const row of parents) for (const { open } of all) open.add(row);
  }

  /** Copies of these records have other numbers: a pass under way may see them twice. */
  renumbered(parents: Iterable<number>): void {
    if (this.#running.size === 0) return;
    for (const row of parents) if (row >= 0) for (const { open } of this.#running.values()) open.add(row);
  }

  /** Fields changed their types: nothing of before holds. */
  clear(): void {
    this.#kept.clear();
    this.#answers.clear();
  }

  /** The answer that was prepared, if any. */
  answer(condition: RelatedCondition, moment: Moment): ConditionBits | undefined {
    return this.#answers.get(answerName(condition, moment));
  }

  /** Makes the answer for all records, or brings one up to date. */
  async prepare(condition: RelatedCondition, moment: Moment, slices: Slices): Promise<void> {
    const name = answerName(condition, moment);
    const known = this.#answers.get(name);
    this.#answers.delete(name);
    const bits = known && !this.#isWorn(known.open) ? known : await this.#answered(condition, moment, slices);
    keep(this.#answers, name, bits, ANSWERS_KEPT);
    let folded = 0;
    for (const row of [...bits.open]) {
      bits.close(row, passes(condition, this.#fold(condition.aggregate, row, moment), moment));
      if (++folded % FOLDS_A_STEP === 0) await slices.next();
    }
  }

  get #mostKept(): number {
    return Math.min(KEPT, Math.max(1, Math.floor(KEPT_BYTES / (8 * this.#rowCount() + 1))));
  }

  #isWorn(open: ReadonlySet<number>): boolean {
    return open.size > Math.max(OPEN_LEAST, this.#rowCount() * OPEN_SHARE);
  }

  async #answered(condition: RelatedCondition, moment: Moment, slices: Slices): Promise<ConditionBits> {
    const { results, open } = await this.#prepared(condition.aggregate, moment, slices);
    const nothing = overNothing(condition.aggregate.fn);
    const bits = new ConditionBits(this.#rowCount(), passes(condition, nothing, moment), open);
    // From here on in one turn: what changes after it is noted.
    const out = emptyWords();
    for (let chunk = 0; chunk < bits.chunkCount; chunk++) {
      scanResults(condition, results, chunk, ALL, out, moment);
      bits.set(chunk, out);
    }
    return bits;
  }

  get(spec: AggregateSpec, moment: Moment): Pass | undefined {
    return this.#kept.get(nameOf(spec, moment));
  }

  /** The pass, made now where there is none, or too much of it is open. */
  async #prepared(spec: AggregateSpec, moment: Moment, slices: Slices): Promise<Pass> {
    const name = nameOf(spec, moment);
    for (let running = this.#running.get(name); running; running = this.#running.get(name)) await running.done;
    const known = this.#kept.get(name);
    const pass = known && !this.#isWorn(known.open) ? known : await this.#run(name, spec, moment, slices);
    keep(this.#kept, name, pass, this.#mostKept); // asked for last
    await this.#close(pass, spec, moment, slices);
    return pass;
  }

  async #run(name: string, spec: AggregateSpec, moment: Moment, slices: Slices): Promise<Pass> {
    const open = new Set<number>();
    const work = this.#accumulate(spec, moment, slices);
    const done = work.then((accumulator) => {
      for (const row of accumulator.open) open.add(row);
      const pass = { results: accumulator.finish(), open };
      keep(this.#kept, name, pass, this.#mostKept);
      return pass;
    });
    const settled = done.then(
      () => {},
      () => {},
    );
    this.#running.set(name, { open, done: settled });
    return done.finally(() => this.#running.delete(name));
  }

  async #accumulate(spec: AggregateSpec, moment: Moment, slices: Slices): Promise<Accumulator> {
    const fields = fieldsOf(spec);
    let accumulator = accumulatorFor(spec, this.#rowCount());
    for (let chunk = 0; chunk < this.#columns.store.chunkCount; chunk++) {
      await this.#columns.load(fields, chunk, slices);
      if (!this.#add(accumulator, spec, chunk, moment)) {
        accumulator = anyAccumulator(spec);
        chunk = -1;
      }
      await slices.next();
    }
    return accumulator;
  }

  #add(accumulator: Accumulator, spec: AggregateSpec, chunk: number, moment: Moment): boolean {
    const { store } = this.#columns;
    this.#columns.ensure(fieldsOf(spec), chunk); // nothing is missing, unless memory was short meanwhile
    const source = (at: number) => this.#columns.source(at);
    const { words, count } = evaluateChunk(spec.filter, store, chunk, { moment, source, around: this.#around });
    return count === 0 || accumulator.add(this.#columns.chunk(chunk, spec, moment), words);
  }

  /** The pass at once: for a scan that nobody prepared. */
  runNow(spec: AggregateSpec, moment: Moment): Pass {
    let accumulator = accumulatorFor(spec, this.#rowCount());
    for (let chunk = 0; chunk < this.#columns.store.chunkCount; chunk++) {
      if (this.#add(accumulator, spec, chunk, moment)) continue;
      accumulator = anyAccumulator(spec);
      chunk = -1;
    }
    const pass = { results: accumulator.finish(), open: accumulator.open };
    keep(this.#kept, nameOf(spec, moment), pass, this.#mostKept);
    return pass;
  }

  async #close(pass: Pass, spec: AggregateSpec, moment: Moment, slices: Slices): Promise<void> {
    let folded = 0;
    for (const row of [...pass.open]) {
      if (!pass.open.delete(row)) continue; // somebody else did
      pass.results = withResult(pass.results, row, this.#fold(spec, row, moment));
      if (++folded % FOLDS_A_STEP === 0) await slices.next();
    }
  }
}

const ALL = emptyWords().fill(0xffffffff);

/** Keeps something as the last one asked for; what has not been asked for longest goes. */
function keep<T>(all: Map<string, T>, name: string, one: T, most: number): void {
  all.delete(name);
  all.set(name, one);
  for (const oldest of all.keys()) {
    if (all.size <= most) return;
    all.delete(oldest);
  }
}

function answerName(condition: RelatedCondition, moment: Moment): string {
  const { predicate } = boundPredicate(condition.predicate, moment);
  return `${condition.key} ${JSON.stringify(predicate)} ${clockKey(condition.aggregate, moment)}`;
}

/** What of the copies an aggregate reads. */
export function fieldsOf({ of, order_by, filter }: AggregateSpec): number[] {
  const members = filter.segments.length > 0 ? [MEMBERS.id] : [];
  return [...new Set([...filter.fields, ...members, ...storedFields(of), ...storedFields(order_by)])];
}

function storedFields(of: AggregateSpec["of"]): readonly number[] {
  if (of === null) return [];
  return of.expr === undefined ? [of.field] : fieldsRead(of.expr);
}

function nameOf(spec: AggregateSpec, moment: Moment): string {
  return `${spec.key} ${clockKey(spec, moment)}`;
}

function withResult(results: Results, row: number, value: TypedValue): Results {
  if (results.kind === "any") {
    (results.values as Map<number, TypedValue>).set(row, value);
    return results;
  }
  if (row < results.values.length) {
    results.values[row] = value === null ? Number.NaN : (value as number);
    return results;
  }
  // A record that came after the pass: the array grows by a quarter, the new places have no related records.
  const { values, nothing } = results;
  const Make = values.constructor as { new (length: number): Float64Array | Uint32Array };
  const larger = new Make(Math.max(row + 1, Math.ceil(values.length * 1.25))).fill(nothing ?? Number.NaN);
  larger.set(values);
  return withResult({ ...results, values: larger }, row, value);
}
