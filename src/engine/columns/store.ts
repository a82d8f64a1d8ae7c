/**
 * The columns that a shard has loaded so far, chunk by chunk, and which rows exist. Derived from the rows: any
 * chunk of any field may be dropped and is built again when it is next needed.
 */
import { Bitmap } from "../bitmap/bitmap.ts";
import { CHUNK_BITS, CHUNK_ROWS, emptyWords } from "../bitmap/words.ts";
import { typedValue } from "../values/typed-value.ts";
import type { Cell, Field, TypedValue } from "../values/types.ts";
import { cellOf, type LookupCell } from "./cell-of.ts";
import type { Column } from "./column.ts";
import { Ledger, type Loaded } from "./ledger.ts";
import { ChunkLoader } from "./loader.ts";
import { SortedChunk } from "./sorted-chunk.ts";

/** The stored rows of one chunk: row number and tuple of cells by field id. In any order. */
export type RowSource = (chunk: number) => Iterable<readonly [row: number, cells: readonly (Cell | undefined)[]]>;

/** Working space. */
const rows = emptyWords();

export class ColumnStore {
  /** Which row numbers exist. */
  readonly present: Bitmap;
  #fields = new Map<number, Field>();
  readonly #columns = new Map<number, (Loaded | undefined)[]>();
  readonly #ledger = new Ledger();
  /** Loads under way, by chunk. */
  readonly #loaders = new Map<number, ChunkLoader>();
  readonly #lookup: LookupCell;

  /** `lookup`: where the cells of looked-up fields come from. */
  constructor(fields: readonly Field[], present: Bitmap = new Bitmap(), lookup: LookupCell = () => null) {
    this.present = present;
    this.#lookup = lookup;
    this.setFields(fields);
  }

  /** Takes a new schema. Columns of fields that are gone or have another type are dropped. */
  setFields(fields: readonly Field[]): void {
    const before = this.#fields;
    this.#loaders.clear();
    this.#fields = new Map(fields.map((field) => [field.id, field]));
    for (const id of this.#columns.keys()) {
      if (this.#fields.get(id)?.type !== before.get(id)?.type) this.#dropField(id);
    }
  }

  #dropField(id: number): void {
    for (const loaded of this.#columns.get(id) ?? []) if (loaded) this.#ledger.remove(loaded);
    this.#columns.delete(id);
  }

  /** How many rows exist. */
  get rowCount(): number {
    return this.present.size;
  }

  get chunkCount(): number {
    return this.present.chunkCount;
  }

  /** Bytes of the loaded columns, with all that was derived from them, and of the row bitmap. */
  get bytes(): number {
    return this.present.bytes + this.#ledger.bytes;
  }

  /** A row was added or changed: `changed` are the field ids that may differ, null means all of them. */
  put(row: number, cells: readonly (Cell | undefined)[], changed: Iterable<number> | null = null): void {
    this.present.add(row);
    this.#loaders.get(row >>> CHUNK_BITS)?.changed(row, cells);
    for (const id of changed ?? this.#columns.keys()) {
      const field = this.#fields.get(id);
      const loaded = this.#columns.get(id)?.[row >>> CHUNK_BITS];
      if (loaded === undefined || field === undefined) continue;
      const index = row & (CHUNK_ROWS - 1);
      loaded.column = loaded.column.set(index, typedValue(field, cellOf(cells, id, this.#lookup)));
      if (loaded.column.family === "number") loaded.sorted?.changed(index, loaded.column);
      this.#ledger.used(loaded);
    }
  }

  /** Many rows of one loaded chunk came, from `row` on, with these values in a field: `present` is the caller's to change. */
  putValues(fieldId: number, row: number, values: readonly TypedValue[]): void {
    const loaded = this.#columns.get(fieldId)?.[row >>> CHUNK_BITS];
    if (loaded === undefined) return;
    const index = row & (CHUNK_ROWS - 1);
    for (let i = 0; i < values.length; i++) loaded.column = loaded.column.set(index + i, values[i] ?? null);
    loaded.sorted = null; // sorted anew when it is asked for
    this.#ledger.used(loaded);
  }

  /** A row is gone. Its values stay in the columns, behind the row bitmap. */
  remove(row: number): void {
    this.present.remove(row);
  }

  /** The loaded chunk of a field, or undefined. */
  column(fieldId: number, chunk: number): Column | undefined {
    const loaded = this.#columns.get(fieldId)?.[chunk];
    if (loaded === undefined) return undefined;
    this.#ledger.used(loaded);
    return loaded.column;
  }

  /** The rows of a loaded chunk of a number, date or datetime field by value, sorted now unless they are; else undefined. */
  sorted(fieldId: number, chunk: number): SortedChunk | undefined {
    const loaded = this.#columns.get(fieldId)?.[chunk];
    if (loaded?.column.family !== "number") return undefined;
    loaded.sorted ??= new SortedChunk(loaded.column);
    this.#ledger.used(loaded);
    return loaded.sorted;
  }

  /** The smallest value of a number or date field above `value` in a loaded chunk; null where there is none. */
  nextAbove(fieldId: number, chunk: number, value: number): number | null {
    return this.sorted(fieldId, chunk)?.nextAbove(value, this.present.readWords(chunk, rows)) ?? null;
  }

  /** Puts a chunk in place, for example from a checkpoint. */
  setColumn(fieldId: number, chunk: number, column: Column): void {
    const chunks = this.#columns.get(fieldId) ?? [];
    this.#columns.set(fieldId, chunks);
    while (chunks.length <= chunk) chunks.push(undefined);
    const before = chunks[chunk];
    if (before) this.#ledger.remove(before);
    chunks[chunk] = this.#ledger.add(fieldId, chunk, column);
  }

  /**
   * Begins to build what is missing of these fields in one chunk; null when nothing is. Until it is finished,
   * `put` passes changes on to it. To give up, just drop it: a later load of the same chunk takes its place.
   */
  load(chunk: number, fieldIds: readonly number[]): ChunkLoader | null {
    const missing = fieldIds
      .flatMap((id) => this.#fields.get(id) ?? [])
      .filter((field) => !this.column(field.id, chunk));
    if (missing.length === 0) return null;
    const loader: ChunkLoader = new ChunkLoader(chunk, missing, this.#lookup, (columns) =>
      this.#loaded(loader, columns),
    );
    this.#loaders.set(chunk, loader);
    return loader;
  }

  /** Where another load of the chunk has begun since, this one may have missed changes. */
  #loaded(loader: ChunkLoader, columns: ReadonlyMap<number, Column>): void {
    if (this.#loaders.get(loader.chunk) !== loader) return;
    this.#loaders.delete(loader.chunk);
    for (const [id, column] of columns) this.setColumn(id, loader.chunk, column);
  }

  /** Builds what is missing of these fields in one chunk, in one pass over its rows. Synchronous. */
  ensureChunk(chunk: number, fieldIds: readonly number[], source: RowSource): void {
    const loader = this.load(chunk, fieldIds);
    if (loader === null) return;
    for (const [row, cells] of source(chunk)) loader.add(row, cells);
    loader.finish();
  }

  /** Builds what is missing of these fields, yielding after each chunk so that the caller can let others run. */
  *ensure(fieldIds: readonly number[], source: RowSource): Generator<number, void, undefined> {
    for (let chunk = 0; chunk < this.chunkCount; chunk++) {
      this.ensureChunk(chunk, fieldIds, source);
      yield chunk;
    }
  }

  /** Drops the chunks that were not used for the longest time until the rest fits `budget` bytes. */
  trim(budget: number): void {
    for (let loaded = this.#ledger.oldest; loaded && this.bytes > budget; loaded = this.#ledger.oldest) {
      this.#ledger.remove(loaded);
      const chunks = this.#columns.get(loaded.field);
      if (chunks) chunks[loaded.chunk] = undefined;
    }
  }

  /** Drops every loaded column. */
  drop(): void {
    this.#loaders.clear();
    this.#columns.clear();
    this.#ledger.clear();
  }
}
