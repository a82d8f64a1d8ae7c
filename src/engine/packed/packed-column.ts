/**
 * One field of many rows, packed: the form in which rows travel from a file to a shard, lie in its pages and become
 * columns, without a value of its own for each cell. Plain cells are of one kind; a cell that is not of it is kept
 * beside them (`odd`), exactly as it came. Cells are what is stored, not what a field's type makes of them.
 */
import { formatDate } from "../values/calendar.ts";
import { formatInstant } from "../values/date-time.ts";
import { numberText, parseNumber } from "../values/number.ts";
import type { Cell } from "../values/types.ts";
import { canonicalNumber } from "./numerals.ts";

/**
 * `numerals` are texts, of which those in the shortest form of a number are numbers. `days` are ISO dates as days since 1970-01-01, `instants` the shortest RFC 3339 form as epoch
 * milliseconds.
 */
export type PackedKind = "texts" | "numerals" | "numbers" | "booleans" | "days" | "instants";

export type Values = Int8Array | Uint8Array | Int16Array | Int32Array | Float64Array;
export type Offsets = Uint16Array | Uint32Array;

export const NO_BYTES = new Uint8Array(0);
export const NO_OFFSETS = new Uint32Array(1);
export const NO_VALUES = new Uint8Array(0);
export const NO_ODD: ReadonlyMap<number, Cell> = new Map();

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** After so many texts read one by one, all are decoded at once. */
const MANY_READS = 16;

export class PackedColumn {
  readonly kind: PackedKind;
  /** 1 where a row holds a plain value; null where all do. */
  readonly filled: Uint8Array | null;
  /** Of every kind but texts; one value alone stands for all rows. */
  readonly values: Values;
  /** Of texts: row i is bytes[offsets[i] … offsets[i + 1]), UTF-8. */
  readonly bytes: Uint8Array;
  readonly offsets: Offsets;
  /** Cells that are not of the kind, by row. */
  readonly odd: ReadonlyMap<number, Cell>;
  #reads = 0;
  /** All bytes as one string, where each is a character; "" before many were read. */
  #ascii: string | null = "";

  constructor(
    kind: PackedKind,
    parts: {
      filled?: Uint8Array | null;
      values?: Values;
      bytes?: Uint8Array;
      offsets?: Offsets;
      odd?: ReadonlyMap<number, Cell>;
    },
  ) {
    this.kind = kind;
    this.filled = parts.filled ?? null;
    this.values = parts.values ?? NO_VALUES;
    this.bytes = parts.bytes ?? NO_BYTES;
    this.offsets = parts.offsets ?? NO_OFFSETS;
    this.odd = parts.odd ?? NO_ODD;
  }

  isFilled(row: number): boolean {
    return this.filled === null || this.filled[row] === 1;
  }

  /** The plain value of a kind that has numbers. */
  value(row: number): number {
    return (this.values.length === 1 ? this.values[0] : this.values[row]) as number;
  }

  cell(row: number): Cell {
    if (!this.isFilled(row)) return this.odd.get(row) ?? null;
    switch (this.kind) {
      case "texts":
        return this.text(row);
      case "numerals":
        return this.#numeral(row);
      case "numbers":
        return this.value(row);
      case "booleans":
        return this.value(row) === 1;
      case "days":
        return formatDate(this.value(row));
      case "instants":
        return formatInstant(this.value(row));
    }
  }

  get isText(): boolean {
    return this.kind === "texts" || this.kind === "numerals";
  }

  #numeral(row: number): Cell {
    const value = canonicalNumber(this.bytes, this.offsets[row] as number, this.offsets[row + 1] as number);
    if (!Number.isNaN(value)) return value;
    const text = this.text(row);
    const parsed = parseNumber(text);
    return parsed !== null && numberText(parsed) === text ? parsed : text;
  }

  /** A plain text. */
  text(row: number): string {
    const from = this.offsets[row] as number;
    const to = this.offsets[row + 1] as number;
    if (this.#ascii === "" && ++this.#reads > MANY_READS) {
      const all = decoder.decode(this.bytes);
      this.#ascii = all.length === this.bytes.length ? all : null;
    }
    return this.#ascii ? this.#ascii.slice(from, to) : decoder.decode(this.bytes.subarray(from, to));
  }

  /** Bytes that rows from `from` up to `to` take, about. */
  size(from: number, to: number): number {
    if (this.isText) {
      let odd = 0;
      for (const [row, cell] of this.odd) if (row >= from && row < to) odd += 16 + JSON.stringify(cell).length * 3;
      return (this.offsets[to] as number) - (this.offsets[from] as number) + 4 * (to - from) + odd;
    }
    let odd = 0;
    for (const [row, cell] of this.odd) if (row >= from && row < to) odd += 16 + JSON.stringify(cell).length * 3;
    return 8 * (to - from) + odd;
  }
}

/** Rows of one shape, one after the other. */
export interface PackedRows {
  readonly count: number;
  /** Texts, all filled. */
  readonly keys: PackedColumn;
  /** Field ids, ascending. */
  readonly fields: readonly number[];
  /** As many as fields. */
  readonly columns: readonly PackedColumn[];
}

/** The tuple of a row by field id. */
export function packedCells(rows: PackedRows, row: number): Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; at < rows.fields.length; at++) {
    const field = rows.fields[at] as number;
    while (cells.length < field) cells.push(null);
    cells.push((rows.columns[at] as PackedColumn).cell(row));
  }
  return cells;
}
