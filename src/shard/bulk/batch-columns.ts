/**
 * The columns of new rows, straight from the packed batch that brings them: many are judged at once, before they are
 * written, as if they were there.
 */
import {
  Bitmap,
  CHUNK_ROWS,
  type ChunkMatches,
  ColumnStore,
  columnOfValues,
  evaluateChunk,
  type Field,
  isLookupField,
  type Moment,
  type PackedRows,
  type Plan,
  packedCells,
  type Surroundings,
  type TypedValue,
  typedValues,
} from "../../engine/index.ts";
import type { ChunkOptions } from "../evaluate/shard-columns.ts";
import { addRun } from "../rows/presence.ts";

export class BatchColumns {
  readonly #first: number;
  readonly #rows: PackedRows;
  readonly #fields: ReadonlyMap<number, Field>;
  readonly #store: ColumnStore;

  /** `fields`: all that have columns; `first`: the number that the first row will have. */
  constructor(first: number, rows: PackedRows, fields: readonly Field[], around: Surroundings) {
    this.#first = first;
    this.#rows = rows;
    this.#fields = new Map(fields.map((field) => [field.id, field]));
    const present = new Bitmap();
    addRun(present, first, rows.count);
    this.#store = new ColumnStore(fields, present, around.lookup);
  }

  /** As of the shard's own columns. */
  matches(plan: Plan, chunk: number, moment: Moment, around: Surroundings, options: ChunkOptions): ChunkMatches {
    for (const field of plan.fields) this.#ensure(field, chunk);
    const source = (chunk: number) => this.#source(chunk);
    return evaluateChunk(plan, this.#store, chunk, { ...options, moment, around, source });
  }

  /** A looked-up field is not among those of the batch: it is read from the cells. */
  #ensure(id: number, chunk: number): void {
    const field = this.#fields.get(id);
    if (field === undefined || isLookupField(id) || this.#store.column(id, chunk)) return;
    const at = this.#rows.fields.indexOf(id);
    const column = this.#rows.columns[at];
    const [from, to] = this.#part(chunk);
    const offset = this.#first + from - chunk * CHUNK_ROWS;
    const values = new Array<TypedValue>(offset).fill(null);
    if (column) typedValues(field.type, column, from, to, values, offset);
    this.#store.setColumn(id, chunk, columnOfValues(field, values));
  }

  /** The rows of the batch that fall into a chunk. */
  #part(chunk: number): [from: number, to: number] {
    const start = chunk * CHUNK_ROWS - this.#first;
    return [Math.max(0, start), Math.min(this.#rows.count, start + CHUNK_ROWS)];
  }

  *#source(chunk: number): Generator<readonly [number, ReturnType<typeof packedCells>], void, undefined> {
    const [from, to] = this.#part(chunk);
    for (let row = from; row < to; row++) yield [this.#first + row, packedCells(this.#rows, row)];
  }
}
