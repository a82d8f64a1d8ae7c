/** Cells to packed columns: of the kind that the first cell is of. */
import type { Cell } from "../values/types.ts";
import { PackedColumn, type PackedRows } from "./packed-column.ts";

const encoder = new TextEncoder();

/** Grows as texts come. */
export class TextBuilder {
  #bytes: Uint8Array<ArrayBuffer>;
  #offsets: Uint32Array<ArrayBuffer>;
  #rows = 0;
  #end = 0;

  constructor(rows: number, bytes = rows * 16) {
    this.#bytes = new Uint8Array(bytes + 64);
    this.#offsets = new Uint32Array(rows + 1);
  }

  add(text: string): void {
    this.#room(text.length * 3);
    this.#end += encoder.encodeInto(text, this.#bytes.subarray(this.#end)).written;
    this.close();
  }

  addBytes(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    this.#room(length);
    const target = this.#bytes;
    let end = this.#end;
    if (length > 48) target.set(bytes.subarray(from, to), end);
    else for (let at = from; at < to; at++) target[end++] = bytes[at] as number;
    this.#end += length;
    this.close();
  }

  /** Ends a row: empty where nothing was added to it. */
  close(): void {
    this.#offsets[++this.#rows] = this.#end;
  }

  get parts(): { bytes: Uint8Array; offsets: Uint32Array } {
    return { bytes: this.#bytes.subarray(0, this.#end), offsets: this.#offsets.subarray(0, this.#rows + 1) };
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#end + bytes, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

export function packTexts(texts: readonly string[]): PackedColumn {
  const builder = new TextBuilder(texts.length);
  for (const text of texts) builder.add(text);
  return new PackedColumn("texts", builder.parts);
}

/** The column of one field of these cells. */
function packColumn(cells: readonly (Cell | undefined)[]): PackedColumn {
  const first = cells.find((cell) => typeof cell === "string" || typeof cell === "number" || typeof cell === "boolean");
  const filled = new Uint8Array(cells.length);
  const odd = new Map<number, Cell>();
  let plain = 0;
  const sort = (row: number, cell: Cell | undefined, fits: boolean) => {
    if (fits) {
      filled[row] = 1;
      plain++;
    } else if (cell !== null && cell !== undefined) odd.set(row, cell);
    return fits;
  };
  const parts = () => ({ filled: plain === cells.length ? null : filled, odd });
  if (typeof first === "number" || typeof first === "boolean") {
    const values = typeof first === "number" ? new Float64Array(cells.length) : new Uint8Array(cells.length);
    cells.forEach((cell, row) => {
      if (sort(row, cell, typeof cell === typeof first && isKept(cell))) values[row] = Number(cell);
    });
    return new PackedColumn(typeof first === "number" ? "numbers" : "booleans", { ...parts(), values });
  }
  const builder = new TextBuilder(cells.length);
  cells.forEach((cell, row) => {
    if (sort(row, cell, typeof cell === "string" && cell.isWellFormed())) builder.add(cell as string);
    else builder.close();
  });
  return new PackedColumn("texts", { ...parts(), ...builder.parts });
}

/** What JSON would not give back as it was goes through JSON, as it does in a row that is stored singly. */
function isKept(cell: Cell | undefined): boolean {
  return typeof cell !== "number" || (Number.isFinite(cell) && !Object.is(cell, -0));
}

/** Tuples by field id; one that is shorter than others has nulls. */
export function packRows(rows: readonly { readonly key: string; readonly cells: readonly Cell[] }[]): PackedRows {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const fields = Array.from({ length: width }, (_, field) => field);
  const columns = fields.map((field) => packColumn(rows.map(({ cells }) => cells[field])));
  return { count: rows.length, keys: packTexts(rows.map(({ key }) => key)), fields, columns };
}
