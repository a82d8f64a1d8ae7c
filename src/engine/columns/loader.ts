/**
 * Builds the missing columns of one chunk from its rows, a few at a time: the caller may let others run in between.
 * Rows that change meanwhile are the store's to pass on; those not read yet are read as they are then.
 */
import { CHUNK_ROWS } from "../bitmap/words.ts";
import { typedValue } from "../values/typed-value.ts";
import type { Cell, Field, TypedValue } from "../values/types.ts";
import { columnOfValues } from "./build.ts";
import { cellOf, type LookupCell } from "./cell-of.ts";
import type { Column } from "./column.ts";

export class ChunkLoader {
  readonly chunk: number;
  readonly #fields: readonly Field[];
  readonly #values: readonly TypedValue[][];
  readonly #done: (columns: ReadonlyMap<number, Column>) => void;
  #next = 0;

  readonly #lookup: LookupCell;

  /** `done` gets the columns by field id. Made by `ColumnStore.load`. */
  constructor(
    chunk: number,
    fields: readonly Field[],
    lookup: LookupCell,
    done: (columns: ReadonlyMap<number, Column>) => void,
  ) {
    this.chunk = chunk;
    this.#lookup = lookup;
    this.#fields = fields;
    this.#values = fields.map(() => []);
    this.#done = done;
  }

  /** The row number to read on from: all below it were added. */
  get nextRow(): number {
    return this.chunk * CHUNK_ROWS + this.#next;
  }

  /** Takes a row of this chunk. */
  add(row: number, cells: readonly (Cell | undefined)[]): void {
    const index = row & (CHUNK_ROWS - 1);
    for (let i = 0; i < this.#fields.length; i++) {
      const field = this.#fields[i] as Field;
      place(this.#values[i] as TypedValue[], index, typedValue(field, cellOf(cells, field.id, this.#lookup)));
    }
    this.#next = Math.max(this.#next, index + 1);
  }

  /** A row changed while the chunk is being read. */
  changed(row: number, cells: readonly (Cell | undefined)[]): void {
    if (row < this.nextRow) this.add(row, cells);
  }

  /** Encodes what was read and puts it in place. */
  finish(): void {
    const columns = new Map<number, Column>();
    for (let i = 0; i < this.#fields.length; i++) {
      const field = this.#fields[i] as Field;
      columns.set(field.id, columnOfValues(field, this.#values[i] as TypedValue[]));
    }
    this.#done(columns);
  }
}

function place(values: TypedValue[], index: number, value: TypedValue): void {
  while (values.length < index) values.push(null);
  values[index] = value;
}
