/**
 * The shard's columns: which are loaded, built from the rows a few at a time, within a budget of bytes that is shared
 * with others. All of it can be thrown away at any moment and is built again by whoever asks.
 */
import {
  type Cell,
  CHUNK_ROWS,
  type ChunkLoader,
  type ChunkMatches,
  type Column,
  ColumnStore,
  evaluateChunk,
  type Field,
  type FieldType,
  isLookupField,
  type Moment,
  type PackedRows,
  type Plan,
  packedCells,
  type SortedChunk,
  type Surroundings,
  type TypedValue,
  typedValue,
  typedValues,
} from "../../engine/index.ts";
import type { ByteBudget, Droppable } from "../byte-budget.ts";
import type { ColumnChunks } from "../rows/column-chunks.ts";
import { addRun } from "../rows/presence.ts";
import type { Rows } from "../rows.ts";
import type { Slices } from "../yield.ts";
import type { Definitions } from "./definitions.ts";
import { Heads } from "./heads.ts";

const ROWS_A_SLICE = 1_000;

/** How a chunk is evaluated, beside the plan. */
export type ChunkOptions = Pick<Parameters<typeof evaluateChunk>[3], "mask" | "memo">;

export class ShardColumns implements Droppable {
  readonly #rows: Rows;
  readonly #definitions: Definitions;
  readonly #around: Surroundings;
  readonly #budget: ByteBudget;
  readonly #chunks: ColumnChunks;
  /** What windows ask of all chunks again and again. */
  readonly heads = new Heads();
  #types: Map<number, FieldType> | null = null;
  #store: ColumnStore | null = null;
  /** Loads under way, by chunk. */
  readonly #loading = new Map<number, Promise<void>>();

  constructor(rows: Rows, chunks: ColumnChunks, definitions: Definitions, around: Surroundings, budget: ByteBudget) {
    this.#rows = rows;
    this.#chunks = chunks;
    this.#definitions = definitions;
    this.#around = around;
    this.#budget = budget;
  }

  get store(): ColumnStore {
    this.#store ??= new ColumnStore(this.#definitions.columnFields(), this.#rows.present(), this.#around.lookup);
    return this.#store;
  }

  get chunkCount(): number {
    return this.store.chunkCount;
  }

  get bytes(): number {
    return this.#store?.bytes ?? 0;
  }

  shrink(bytes: number): void {
    this.#store?.trim(bytes);
  }

  /** Fields or relations are others. */
  schemaChanged(): void {
    this.heads.clear();
    this.#types = null;
    this.#store?.setFields(this.#definitions.columnFields());
  }

  put(row: number, cells: readonly Cell[], changed: ReadonlySet<number> | null): void {
    const fields = changed && this.#definitions.withLookups(changed);
    this.#store?.put(row, cells, fields);
    for (const field of fields ?? this.heads.fields) this.#came(field, row, cells);
  }

  /** What the clock knows of a chunk's values hears of a new one. */
  #came(field: number, row: number, cells: readonly Cell[]): void {
    if (!this.heads.has(field)) return;
    this.#types ??= new Map(this.#definitions.columnFields().map(({ id, type }) => [id, type]));
    const value = typedValue({ type: this.#types.get(field) ?? "text" }, this.cell(field, cells));
    if (typeof value === "number") this.heads.came(field, row >>> 16, value);
  }

  /** New rows that came packed. */
  append(first: number, rows: PackedRows): void {
    for (let chunk = first >>> 16; chunk <= (first + rows.count - 1) >>> 16; chunk++) this.heads.forget(chunk);
    if (this.#store === null) return;
    addRun(this.#store.present, first, rows.count);
    for (let from = 0; from < rows.count; ) {
      const chunk = (first + from) >>> 16;
      const to = Math.min(rows.count, (chunk + 1) * CHUNK_ROWS - first);
      this.#appendTo(chunk, first, rows, from, to);
      from = to;
    }
  }

  /** Rows of one chunk. Few of its columns are loaded while many rows come: those alone get values, and no cell is made. */
  #appendTo(chunk: number, first: number, rows: PackedRows, from: number, to: number): void {
    const loaded = this.#definitions.columnFields().filter(({ id }) => this.store.column(id, chunk) !== undefined);
    if (this.#loading.has(chunk) || loaded.some(({ id }) => isLookupField(id))) {
      for (let row = from; row < to; row++) this.store.put(first + row, packedCells(rows, row));
      return;
    }
    for (const field of loaded) {
      const column = rows.columns[rows.fields.indexOf(field.id)];
      const values: TypedValue[] = new Array(to - from).fill(null);
      if (column) typedValues(field.type, column, from, to, values, 0);
      this.store.putValues(field.id, first + from, values);
    }
  }

  remove(row: number): void {
    this.#store?.remove(row);
  }

  /** Builds the columns that a plan reads in a chunk, a few rows at a time: others run in between. */
  async load(fields: readonly number[], chunk: number, slices: Slices): Promise<void> {
    for (let running = this.#loading.get(chunk); running; running = this.#loading.get(chunk)) await running;
    const taken = this.#fromPages(fields, chunk);
    const pages = this.#chunks.pagesOf(chunk);
    for (const field of taken) {
      this.#take(field, chunk, pages);
      await slices.next();
    }
    const loader = this.store.load(chunk, fields);
    if (loader) {
      const loaded = this.#fill(loader, chunk, slices).finally(() => this.#loading.delete(chunk));
      this.#loading.set(chunk, loaded);
      await loaded;
    } else if (taken.length === 0) return;
    this.#budget.fit(this);
  }

  /** Those that rows have cells for. */
  storedFields(): Field[] {
    return this.#definitions.columnFields().filter(({ id }) => !isLookupField(id));
  }

  /** Those of the fields that are missing and to be had a column at a time. */
  #fromPages(fields: readonly number[], chunk: number): Field[] {
    const missing = fields.filter((id) => !isLookupField(id) && this.store.column(id, chunk) === undefined);
    if (missing.length === 0 || !this.#chunks.serves(chunk)) return [];
    const known = new Map(this.#definitions.columnFields().map((field) => [field.id, field]));
    return missing.flatMap((id) => known.get(id) ?? []);
  }

  /** In one turn: changes from now on are put into the column as into any that is loaded. */
  #take(field: Field, chunk: number, pages = this.#chunks.pagesOf(chunk)): void {
    if (this.#loading.has(chunk) || this.store.column(field.id, chunk) !== undefined) return;
    this.store.setColumn(field.id, chunk, this.#chunks.load(field, chunk, pages));
  }

  async #fill(loader: ChunkLoader, chunk: number, slices: Slices): Promise<void> {
    const end = chunk * CHUNK_ROWS + CHUNK_ROWS - 1;
    while (this.#readSlice(loader, end) === ROWS_A_SLICE) await slices.give();
    // In the same turn as the last read: a row that came in between would be missed.
    loader.finish();
  }

  #readSlice(loader: ChunkLoader, end: number): number {
    let rows = 0;
    for (const row of this.#rows.range(loader.nextRow, end, ROWS_A_SLICE)) {
      loader.add(row.row, row.cells ?? []);
      rows++;
    }
    return rows;
  }

  /** The words are overwritten by the next call. Columns that were not loaded are built now, at once. */
  matches(plan: Plan, chunk: number, moment: Moment, around = this.#around, options: ChunkOptions = {}): ChunkMatches {
    const pages = this.#chunks.pagesOf(chunk);
    for (const field of this.#fromPages(plan.fields, chunk)) this.#take(field, chunk, pages);
    const source = (chunk: number) => this.#source(chunk);
    return evaluateChunk(plan, this.store, chunk, { ...options, moment, around, source });
  }

  /** A chunk of a field, built now, at once, unless it is loaded. */
  column(field: number, chunk: number): Column {
    this.#ensure(field, chunk);
    return this.store.column(field, chunk) as Column;
  }

  /** The rows of a chunk by the value of a number or date field; undefined for other fields. */
  sorted(field: number, chunk: number): SortedChunk | undefined {
    this.#ensure(field, chunk);
    return this.store.sorted(field, chunk);
  }

  /** The smallest value of a number or date field above `value` in a chunk; null where there is none. */
  nextAbove(field: number, chunk: number, value: number): number | null {
    this.#ensure(field, chunk);
    return this.store.nextAbove(field, chunk, value);
  }

  #ensure(field: number, chunk: number): void {
    for (const one of this.#fromPages([field], chunk)) this.#take(one, chunk);
    this.store.ensureChunk(chunk, [field], (chunk) => this.#source(chunk));
  }

  /** The cell of a stored or looked-up field. */
  cell(field: number, cells: readonly (Cell | undefined)[]): Cell | undefined {
    return isLookupField(field) ? this.#around.lookup(field, cells) : cells[field];
  }

  /** Gives back what is above the budget. */
  trim(): void {
    this.#budget.fit(this);
  }

  *#source(chunk: number): Generator<readonly [number, readonly Cell[]], void, undefined> {
    const from = chunk * CHUNK_ROWS;
    for (const row of this.#rows.range(from, from + CHUNK_ROWS - 1)) yield [row.row, row.cells ?? []];
  }
}
