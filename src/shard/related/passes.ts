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
  clockKey,
  evaluateChunk,
  fieldsRead,
  type Moment,
  type Results,
  type Surroundings,
  type TypedValue,
} from "../../engine/index.ts";
import type { Slices } from "../yield.ts";
import type { RelatedColumns } from "./related-columns.ts";
import { MEMBERS } from "./related-rows.ts";

/** So many aggregates are kept for each relation, those asked for last. */
const KEPT = 6;
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
    const all = [...this.#kept.values(), ...this.#running.values()];
    if (all.length === 0) return;
    for (const row of parents) for (const { open } of all) open.add(row);
  }

  /** Fields changed their types: nothing of before holds. */
  clear(): void {
    this.#kept.clear();
  }

  get(spec: AggregateSpec, moment: Moment): Pass | undefined {
    return this.#kept.get(nameOf(spec, moment));
  }

  /** Makes the pass, or folds what is open of one that is there. */
  async prepare(spec: AggregateSpec, moment: Moment, slices: Slices): Promise<void> {
    const name = nameOf(spec, moment);
    for (let running = this.#running.get(name); running; running = this.#running.get(name)) await running.done;
    let pass = this.#kept.get(name);
    if (!pass || pass.open.size > Math.max(OPEN_LEAST, this.#rowCount() * OPEN_SHARE)) {
      await this.#run(name, spec, moment, slices);
      pass = this.#kept.get(name);
    }
    if (!pass) return;
    this.#kept.delete(name);
    this.#kept.set(name, pass); // asked for last
    await this.#close(pass, spec, moment, slices);
  }

  async #run(name: string, spec: AggregateSpec, moment: Moment, slices: Slices): Promise<void> {
    const open = new Set<number>();
    const work = this.#accumulate(spec, moment, slices);
    const done = work.then((accumulator) => {
      for (const row of accumulator.open) open.add(row);
      this.#keep(name, { results: accumulator.finish(), open });
    });
    this.#running.set(name, { open, done: done.catch(() => {}) });
    await done.finally(() => this.#running.delete(name));
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
    const source = (at: number) => this.#columns.source(at);
    const { words, count } = evaluateChunk(spec.filter, store, chunk, { moment, source, around: this.#around });
    return count === 0 || accumulator.add(this.#columns.chunk(chunk, spec, moment), words);
  }

  /** The pass at once: for a scan that nobody prepared. */
  runNow(spec: AggregateSpec, moment: Moment): Pass {
    const fields = fieldsOf(spec);
    let accumulator = accumulatorFor(spec, this.#rowCount());
    for (let chunk = 0; chunk < this.#columns.store.chunkCount; chunk++) {
      this.#columns.ensure(fields, chunk);
      if (this.#add(accumulator, spec, chunk, moment)) continue;
      accumulator = anyAccumulator(spec);
      chunk = -1;
    }
    const pass = { results: accumulator.finish(), open: accumulator.open };
    this.#keep(nameOf(spec, moment), pass);
    return pass;
  }

  #keep(name: string, pass: Pass): void {
    this.#kept.delete(name);
    this.#kept.set(name, pass);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) return;
      this.#kept.delete(oldest);
    }
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
