/**
 * The columns that a shard has loaded so far, chunk by chunk, and which rows exist. Derived from the rows: any
 * chunk of any field may be dropped and is built again when it is next needed.
 */
import { Bitmap } from "../bitmap/bitmap.ts";
import { CHUNK_BITS, CHUNK_ROWS } from "../bitmap/words.ts";
import { typedValue } from "../values/typed-value.ts";
import type { Cell, Field } from "../values/types.ts";
import { cellOf, type LookupCell } from "./cell-of.ts";
import type { Column } from "./column.ts";
import { ChunkLoader } from "./loader.ts";

/** The stored rows of one chunk: row number and tuple of cells by field id. In any order. */
export type RowSource = (chunk: number) => Iterable<readonly [row: number, cells: readonly (Cell | undefined)[]]>;

interface Loaded {
  column: Column;
  /** Rises with each use: the least recently used chunk is dropped first. */
  used: number;
}

export class ColumnStore {
  /** Which row numbers exist. */
  readonly present: Bitmap;
  #fields = new Map<number, Field>();
  readonly #columns = new Map<number, (Loaded | undefined)[]>();
  /** Loads under way, by chunk. */
  readonly #loaders = new Map<number, ChunkLoader>();
  #uses = 0;

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
      if (this.#fields.get(id)?.type !== before.get(id)?.type) this.#columns.delete(id);
    }
  }

  /** How many rows exist. */
  get rowCount(): number {
    return this.present.size;
  }

  get chunkCount(): number {
    return this.present.chunkCount;
  }

  /** Bytes of the loaded columns and of the row bitmap. */
  get bytes(): number {
    let sum = this.present.bytes;
    for (const chunks of this.#columns.values()) for (const loaded of chunks) sum += loaded?.column.bytes ?? 0;
    return sum;
  }

  /** A row was added or changed: `changed` are the field ids that may differ, null means all of them. */
  put(row: number, cells: readonly (Cell | undefined)[], changed: Iterable<number> | null = null): void {
    this.present.add(row);
    this.#loaders.get(row >>> CHUNK_BITS)?.changed(row, cells);
    for (const id of changed ?? this.#columns.keys()) {
      const field = this.#fields.get(id);
      const loaded = this.#columns.get(id)?.[row >>> CHUNK_BITS];
      if (loaded === undefined || field === undefined) continue;
      loaded.column = loaded.column.set(row & (CHUNK_ROWS - 1), typedValue(field, cellOf(cells, id, this.#lookup)));
    }
  }

  /** A row is gone. Its values stay in the columns, behind the row bitmap. */
  remove(row: number): void {
    this.present.remove(row);
  }

  /** The loaded chunk of a field, or undefined. */
  column(fieldId: number, chunk: number): Column | undefined {
    const loaded = this.#columns.get(fieldId)?.[chunk];
    if (loaded === undefined) return undefined;
    loaded.used = ++this.#uses;
    return loaded.column;
  }

  /** The smallest value of a number or date field above `value` in a loaded chunk; null where there is none. */
  nextAbove(fieldId: number, chunk: number, value: number): number | null {
    const column = this.column(fieldId, chunk);
    if (column?.family !== "number") return null;
    let least: number | null = null;
    for (const row of this.present.rows(chunk * CHUNK_ROWS)) {
      if (row >>> CHUNK_BITS !== chunk) break;
      const own = column.get(row & (CHUNK_ROWS - 1)) as number | null;
      if (own !== null && own > value && (least === null || own < least)) least = own;
    }
    return least;
  }

  /** Puts a chunk in place, for example from a checkpoint. */
  setColumn(fieldId: number, chunk: number, column: Column): void {
    const chunks = this.#columns.get(fieldId) ?? [];
    this.#columns.set(fieldId, chunks);
    while (chunks.length <= chunk) chunks.push(undefined);
    chunks[chunk] = { column, used: ++this.#uses };
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
    let bytes = this.bytes;
    if (bytes <= budget) return;
    const all = [...this.#columns.values()].flatMap((chunks) =>
      chunks.flatMap((loaded, chunk) => (loaded ? [{ chunks, chunk, loaded }] : [])),
    );
    all.sort((a, b) => a.loaded.used - b.loaded.used);
    for (const { chunks, chunk, loaded } of all) {
      if (bytes <= budget) return;
      chunks[chunk] = undefined;
      bytes -= loaded.column.bytes;
    }
  }

  /** Drops every loaded column. */
  drop(): void {
    this.#loaders.clear();
    this.#columns.clear();
  }
}
