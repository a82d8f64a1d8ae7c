/**
 * The cells of a file as UTF-8 to packed columns of what is stored, by the fields' types. Nothing is lost: what does not
 * fit its field's type, or would not come back as it was written, is kept as it came. Common forms are read from the
 * bytes; every other cell becomes a text and is read as the rest of the program reads it.
 */
import { isBlank } from "../values/blank.ts";
import { parseIsoDate } from "../values/calendar.ts";
import { parseInstant } from "../values/date-time.ts";
import { numberText, parseNumber } from "../values/number.ts";
import { dateCell, formatOf, instantCell } from "../values/stored-cell.ts";
import { parseBoolean, parseTextArray } from "../values/typed-value.ts";
import type { Cell, FieldType } from "../values/types.ts";
import { canonicalNumber, isoDay, isoInstant, mayBeBlank, truth } from "./numerals.ts";
import { TextBuilder } from "./pack-cells.ts";
import { PackedColumn, type PackedRows } from "./packed-column.ts";

export interface TextField {
  readonly id: number;
  readonly type: FieldType;
  /** Of dates. ISO is read in any case. */
  readonly format: string | null;
}

/** Rows of a file, cell by cell, as they stand in it. Cheap to copy from thread to thread. */
export interface TextTable {
  readonly rows: number;
  /** The field of each column; null where there is none. */
  readonly columns: readonly (TextField | null)[];
  /** The column with the key: never blank, without white space around it. */
  readonly key: number;
  /** Where datetimes without an offset are. */
  readonly time_zone: string;
  readonly bytes: Uint8Array;
  /** Cell i, row by row, ends here and begins one byte after the end of the cell before it. */
  readonly ends: Uint32Array;
}

export interface PackedTable {
  readonly rows: PackedRows;
  /** Cells that did not fit their field's type, by field. */
  readonly unfit: readonly (readonly [field: number, cells: number])[];
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** Above this share of numbers that are written in another way than their shortest, all are kept as they are written. */
const ODD_SHARE = 1 / 16;

export function packTable(table: TextTable): PackedTable {
  const keys = new ColumnPacker(table, table.key).texts();
  const packed: { id: number; column: PackedColumn }[] = [];
  const unfit: (readonly [number, number])[] = [];
  for (const [at, field] of table.columns.entries()) {
    if (field === null) continue;
    const packer = new ColumnPacker(table, at);
    // The key's text is its field's text: one column for both.
    const column = at === table.key && field.type === "text" ? keys : packer.pack(field);
    packed.push({ id: field.id, column });
    if (packer.unfit > 0) unfit.push([field.id, packer.unfit]);
  }
  packed.sort((a, b) => a.id - b.id);
  const rows = {
    count: table.rows,
    keys,
    fields: packed.map(({ id }) => id),
    columns: packed.map(({ column }) => column),
  };
  return { rows, unfit };
}

/** The text of one cell. */
export function cellText({ bytes, ends }: TextTable, cell: number): string {
  return decoder.decode(bytes.subarray(cell === 0 ? 0 : (ends[cell - 1] as number) + 1, ends[cell]));
}

class ColumnPacker {
  unfit = 0;
  readonly #table: TextTable;
  readonly #at: number;
  readonly #filled: Uint8Array;
  #plain = 0;
  readonly #odd = new Map<number, Cell>();

  constructor(table: TextTable, at: number) {
    this.#table = table;
    this.#at = at;
    this.#filled = new Uint8Array(table.rows);
  }

  pack(field: TextField): PackedColumn {
    const format = formatOf(field);
    switch (field.type) {
      case "text":
        return this.texts();
      case "number":
        return this.#numbers();
      case "boolean":
        return this.#values("booleans", new Uint8Array(this.#table.rows), truth, (text) => {
          const value = parseBoolean(text);
          return value === null ? undefined : Number(value);
        });
      case "date":
        return this.#values("days", new Int32Array(this.#table.rows), isoDay, (text) => {
          const cell = dateCell(text, format);
          return cell === undefined ? undefined : (parseIsoDate(cell) ?? undefined);
        });
      case "datetime":
        return this.#values("instants", new Float64Array(this.#table.rows), isoInstant, (text) => {
          const cell = instantCell(text, format, this.#table.time_zone);
          return cell === undefined ? undefined : (parseInstant(cell) ?? undefined);
        });
      case "text_array":
        return this.#lists();
    }
  }

  /** As they are written; blank ones are empty. */
  texts(kind: "texts" | "numerals" = "texts"): PackedColumn {
    const { rows, bytes, ends, columns } = this.#table;
    const width = columns.length;
    const filled = this.#filled;
    let room = 0;
    for (let row = 0, cell = this.#at; row < rows; row++, cell += width) {
      room += (ends[cell] as number) - (cell === 0 ? 0 : (ends[cell - 1] as number) + 1);
    }
    const target = new TextBuilder(rows, room);
    let plain = 0;
    for (let row = 0, cell = this.#at; row < rows; row++, cell += width) {
      const from = cell === 0 ? 0 : (ends[cell - 1] as number) + 1;
      const to = ends[cell] as number;
      if (from === to || (mayBeBlank(bytes[from] as number) && isBlank(cellText(this.#table, cell)))) {
        filled[row] = 0;
        target.close();
        continue;
      }
      filled[row] = 1;
      plain++;
      target.addBytes(bytes, from, to);
    }
    return new PackedColumn(kind, { filled: plain === rows ? null : filled, ...target.parts });
  }

  #numbers(): PackedColumn {
    const most = this.#table.rows * ODD_SHARE;
    const odd = this.#odd;
    const packed = this.#values("numbers", new Float64Array(this.#table.rows), canonicalNumber, (text, row) => {
      const value = parseNumber(text);
      if (value === null) return undefined;
      if (numberText(value) === text) return value;
      odd.set(row, text);
      return Number.NaN;
    });
    return odd.size > most ? this.texts("numerals") : packed;
  }

  /** `read` gives NaN for what is written in an uncommon way; `parse` the value of any text, NaN for what it keeps itself. */
  #values(
    kind: "numbers" | "booleans" | "days" | "instants",
    values: Uint8Array | Int32Array | Float64Array,
    read: (bytes: Uint8Array, from: number, to: number) => number,
    parse: (text: string, row: number) => number | undefined,
  ): PackedColumn {
    const { rows, bytes, ends, columns } = this.#table;
    const width = columns.length;
    for (let row = 0, cell = this.#at; row < rows; row++, cell += width) {
      const from = cell === 0 ? 0 : (ends[cell - 1] as number) + 1;
      const to = ends[cell] as number;
      if (from === to) continue;
      const value = read(bytes, from, to);
      if (!Number.isNaN(value)) {
        values[row] = value;
        this.#filled[row] = 1;
        this.#plain++;
      } else this.#uncommon(cell, row, values, parse);
    }
    return new PackedColumn(kind, { filled: this.#plain === rows ? null : this.#filled, values, odd: this.#odd });
  }

  #uncommon(
    cell: number,
    row: number,
    values: Uint8Array | Int32Array | Float64Array,
    parse: (text: string, row: number) => number | undefined,
  ): void {
    const text = cellText(this.#table, cell);
    if (isBlank(text)) return;
    const value = parse(text, row);
    if (value === undefined) {
      this.unfit++;
      this.#odd.set(row, text);
    } else if (!Number.isNaN(value)) {
      values[row] = value;
      this.#filled[row] = 1;
      this.#plain++;
    }
  }

  #lists(): PackedColumn {
    const { rows, columns } = this.#table;
    const target = new TextBuilder(0, 0);
    for (let row = 0, cell = this.#at; row < rows; row++, cell += columns.length) {
      const text = cellText(this.#table, cell);
      if (isBlank(text)) continue;
      const list = parseTextArray(text);
      if (list?.length === 0) continue; // empty, as a new record has it anyway
      if (list === null) this.unfit++;
      this.#odd.set(row, list ?? text);
    }
    return new PackedColumn("texts", {
      ...target.parts,
      offsets: new Uint32Array(rows + 1),
      filled: this.#filled,
      odd: this.#odd,
    });
  }
}
