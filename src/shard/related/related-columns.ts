/**
 * The copies of one relation as columns, with the parent's row number of each: what a pass over all of them reads.
 * Derived from the copies; any chunk may be dropped and is built again: a column at a time from what is kept or from
 * pages, where most of the chunk lies in them, else copy by copy.
 */
import {
  type AggregateSpec,
  type Amounts,
  amountsOf,
  type Cell,
  CHUNK_ROWS,
  type ChunkLoader,
  type Column,
  ColumnStore,
  evaluateExprChunk,
  type Field,
  type Moment,
  type RelatedChunk,
  type Words,
} from "../../engine/index.ts";
import type { ByteBudget, Droppable } from "../byte-budget.ts";
import type { Slices } from "../yield.ts";
import type { Copies } from "./copies.ts";
import { type Copy, cellsOf, MEMBERS, NO_PARENT, PARENT_ROW, placeOf } from "./copy.ts";

const ROWS_A_SLICE = 1_000;

/** A chunk that is being read. */
interface Begun {
  readonly parents: Int32Array;
  readonly loader: ChunkLoader | null;
}

export class RelatedColumns implements Droppable {
  readonly store: ColumnStore;
  readonly #copies: Copies;
  #fields: readonly Field[];
  readonly #parents: (Int32Array | undefined)[] = [];
  /** Chunks whose parents have all been read. */
  readonly #ready = new Set<number>();
  readonly #amounts = new Map<number, (Amounts | null | undefined)[]>();
  readonly #budget: ByteBudget;
  #loading: Promise<void> | null = null;

  constructor(copies: Copies, fields: readonly Field[], budget: ByteBudget) {
    this.#copies = copies;
    this.#budget = budget;
    this.#fields = stored(fields);
    this.store = new ColumnStore(this.#fields, copies.present());
  }

  get bytes(): number {
    let sum = this.store.bytes;
    for (const parents of this.#parents) sum += parents?.byteLength ?? 0;
    for (const chunks of this.#amounts.values()) for (const one of chunks) sum += one?.values.byteLength ?? 0;
    return sum;
  }

  setFields(fields: readonly Field[]): void {
    this.#fields = stored(fields);
    this.store.setFields(this.#fields);
    this.#amounts.clear();
  }

  /** After the transaction. `changed` null: all fields. */
  put(copy: Copy, changed: Iterable<number> | null): void {
    const { row, parent_row } = copy;
    this.store.put(row, cellsOf(copy), changed);
    this.setParent(row, parent_row);
    const chunk = row >>> 16;
    if (changed === null) for (const chunks of this.#amounts.values()) delete chunks[chunk];
    else for (const field of changed) delete this.#amounts.get(field)?.[chunk];
  }

  remove(row: number): void {
    this.store.remove(row);
    this.setParent(row, NO_PARENT);
  }

  setParent(row: number, parentRow: number): void {
    const parents = this.#parents[row >>> 16];
    if (parents) parents[row & (CHUNK_ROWS - 1)] = parentRow;
  }

  /** Builds what is missing of a chunk, a few rows at a time: others run in between. One load at a time. */
  async load(fields: readonly number[], chunk: number, slices: Slices): Promise<void> {
    while (this.#loading) await this.#loading;
    if (this.#isLoaded(fields, chunk)) return;
    this.#loading = this.#fill(fields, chunk, slices).finally(() => {
      this.#loading = null;
    });
    await this.#loading;
    this.#budget.fit(this);
  }

  #isLoaded(fields: readonly number[], chunk: number): boolean {
    return this.#ready.has(chunk) && fields.every((field) => this.store.column(field, chunk) !== undefined);
  }

  async #fill(fields: readonly number[], chunk: number, slices: Slices): Promise<void> {
    for (const _ of this.#take(fields, chunk)) await slices.next();
    if (this.#isLoaded(fields, chunk)) return;
    const begun = this.#begin(fields, chunk);
    const end = chunk * CHUNK_ROWS + CHUNK_ROWS - 1;
    for (let next = chunk * CHUNK_ROWS; ; ) {
      const last = this.#read(begun, next, end, ROWS_A_SLICE);
      if (last === null) break;
      next = last + 1;
      await slices.next();
    }
    // In the same turn as the last read: a copy that came in between would be missed.
    this.#finish(begun, chunk);
  }

  /** The same at once. */
  ensure(fields: readonly number[], chunk: number): void {
    if (this.#isLoaded(fields, chunk)) return;
    for (const _ of this.#take(fields, chunk));
    if (this.#isLoaded(fields, chunk)) return;
    const begun = this.#begin(fields, chunk);
    this.#read(begun, chunk * CHUNK_ROWS, chunk * CHUNK_ROWS + CHUNK_ROWS - 1, -1);
    this.#finish(begun, chunk);
  }

  /** What is to be had a column at a time. Each is taken in one turn: changes from then on are put into it. */
  *#take(fields: readonly number[], chunk: number): Generator<void, void, undefined> {
    const { chunks } = this.#copies;
    if (!chunks.serves(chunk)) return;
    const pages = chunks.pagesOf(chunk);
    if (!this.#ready.has(chunk)) {
      this.#parents[chunk] = parentsIn(chunks.load({ id: PARENT_ROW, type: "number" }, chunk, pages));
      this.#ready.add(chunk);
      yield;
    }
    for (const field of this.#fields) {
      if (!fields.includes(field.id) || this.store.column(field.id, chunk) !== undefined) continue;
      this.store.setColumn(field.id, chunk, chunks.load(placeOf(field), chunk, pages));
      yield;
    }
  }

  #finish({ loader }: Begun, chunk: number): void {
    loader?.finish();
    this.#ready.add(chunk);
  }

  /** From here on changes reach the parents' array; what was not read yet is read as it is then. */
  #begin(fields: readonly number[], chunk: number): Begun {
    const parents = this.#parents[chunk] ?? new Int32Array(CHUNK_ROWS).fill(NO_PARENT);
    this.#parents[chunk] = parents;
    return { parents, loader: this.store.load(chunk, fields) };
  }

  /** The last row read, or null at the end. */
  #read({ parents, loader }: Begun, from: number, to: number, limit: number): number | null {
    let rows = 0;
    let last = from;
    for (const copy of this.#copies.range(from, to, limit)) {
      parents[copy.row & (CHUNK_ROWS - 1)] = copy.parent_row;
      loader?.add(copy.row, cellsOf(copy));
      last = copy.row;
      rows++;
    }
    return rows === limit ? last : null;
  }

  /** A loaded chunk as aggregates read it: computed fields are computed for it. */
  chunk(chunk: number, { of, order_by }: AggregateSpec, moment: Moment): RelatedChunk {
    const stored = (field: number) => this.store.column(field, chunk) as Column;
    const computed = new Map([of, order_by].flatMap((one) => (one?.expr ? [[one.field, one.expr] as const] : [])));
    return {
      parents: this.#parents[chunk] as Int32Array,
      column: (field) => {
        const expr = computed.get(field);
        return expr ? evaluateExprChunk(expr, stored, this.store.present.readWords(chunk), moment) : stored(field);
      },
      amounts: (field) => (computed.has(field) ? null : this.#amountsOf(field, chunk)),
    };
  }

  #amountsOf(field: number, chunk: number): Amounts | null {
    const chunks = this.#amounts.get(field) ?? [];
    this.#amounts.set(field, chunks);
    const known = chunks[chunk];
    if (known !== undefined) return known;
    const column = this.store.column(field, chunk);
    const amounts = column ? amountsOf(column) : null;
    chunks[chunk] = amounts;
    return amounts;
  }

  /** `out` = the copies of a chunk that are in a segment of their own dataset. */
  memberWords(segment: string, chunk: number, out: Words): void {
    const column = this.store.column(MEMBERS.id, chunk);
    if (column?.family !== "list") throw new RangeError("the segments of copies are not loaded");
    const matches = (id: string) => id === segment;
    const search = { how: "equals", needles: [segment], fold: false, matches, matchesFolded: matches } as const;
    column.scanElements(search, this.store.present.readWords(chunk), out);
  }

  /** The parent's row number of a copy in a loaded chunk; negative where it has none. */
  parentOf(row: number): number {
    return this.#parents[row >>> 16]?.[row & (CHUNK_ROWS - 1)] ?? NO_PARENT;
  }

  /** Source of chunks that are evaluated without having been loaded. */
  *source(chunk: number): Generator<readonly [number, readonly (Cell | undefined)[]], void, undefined> {
    const from = chunk * CHUNK_ROWS;
    for (const copy of this.#copies.range(from, from + CHUNK_ROWS - 1)) yield [copy.row, cellsOf(copy)];
  }

  /** Gives back what is above the budget. */
  trim(): void {
    this.#budget.fit(this);
  }

  shrink(bytes: number): void {
    if (this.bytes <= bytes) return;
    this.#amounts.clear();
    this.store.trim(Math.max(0, bytes - (this.bytes - this.store.bytes)));
    if (this.bytes <= bytes || this.#loading) return;
    this.#parents.length = 0;
    this.#ready.clear();
  }
}

function parentsIn(column: Column): Int32Array {
  const parents = new Int32Array(CHUNK_ROWS).fill(NO_PARENT);
  if (column.family !== "number") throw new RangeError("the parents of copies are numbers");
  column.readNumbers(0, numbers);
  for (let i = 0; i < CHUNK_ROWS; i++) {
    const number = numbers[i] as number;
    if (number >= 0) parents[i] = number; // neither empty nor waiting
  }
  return parents;
}

/** Working space. */
const numbers = new Float64Array(CHUNK_ROWS);

function stored(fields: readonly Field[]): Field[] {
  return [...fields.filter((field) => field.expr === undefined), MEMBERS];
}
